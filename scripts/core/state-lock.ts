/** A lock as Terraform shows it in the error of a command that could not take it. */
export type LockInfo = { readonly id: string; readonly who: string };

/**
 * The lock in Terraform's error text when DynamoDB alone still holds it for this user on this machine, else undefined.
 * Every run takes the lock object in S3 first and the DynamoDB item second, and waits for both: when the item is in
 * the way while the object was free all that time, its owner has ended without it. Seen after a PutItem whose
 * response was lost and which the SDK sent again. Whether a program of the owner still runs is for the caller to see.
 */
export function findLeftLock(errorText: string, who: string): LockInfo | undefined {
  if (!/DynamoDB: PutItem/.test(errorText) || !/ConditionalCheckFailed/.test(errorText)) return undefined;
  const id = errorText.match(/^\s*ID:\s+([0-9a-f-]{36})\s*$/m)?.[1];
  const owner = errorText.match(/^\s*Who:\s+(\S+)\s*$/m)?.[1];
  return id === undefined || owner !== who ? undefined : { id, who };
}
