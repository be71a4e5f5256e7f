import t from 'tap';
import { findLeftLock } from '../../../scripts/core/state-lock.ts';

/** As Terraform 1.11.4 words it. */
const text = `Error acquiring the state lock: Error message: operation error DynamoDB: PutItem, https response error StatusCode: 400, RequestID: 2b8918a9-bb85-47f9-9bd8-3c1b0a8cf70f, ConditionalCheckFailedException: The conditional request failed
Lock Info:
  ID:        11d49d4e-cb55-ec2b-9b07-c18ac7a41e62
  Path:      acme-state-000000000000-us-east-1/local/workflow/mpp/terraform.tfstate
  Operation: OperationTypePlan
  Who:       me@here
  Version:   1.11.4
  Created:   2026-11-21 09:08:02.857630672 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.`;

/** The text with one piece exchanged; a piece that is not there would make a test that cannot fail. */
function change(from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`not in the text: ${from}`);
  return text.replace(from, to);
}

t.test('finds the item that an ended command of this user left in DynamoDB', async t => {
  t.strictSame(findLeftLock(text, 'me@here'), { id: '11d49d4e-cb55-ec2b-9b07-c18ac7a41e62', who: 'me@here' });
});

t.test('finds it in text that is broken into lines', async t => {
  const broken = change('response error StatusCode', 'response error\nStatusCode').replace(
    '0f, Cond',
    '0f,\nCond',
  );
  t.equal(findLeftLock(broken, 'me@here')?.id, '11d49d4e-cb55-ec2b-9b07-c18ac7a41e62');
});

for (const { title, error } of [
  {
    title: "the lock object in S3 was another's",
    error: change(
      'operation error DynamoDB: PutItem, https response error StatusCode: 400, RequestID: 2b8918a9-bb85-47f9-9bd8-3c1b0a8cf70f, ConditionalCheckFailedException',
      'operation error S3: PutObject, https response error StatusCode: 412, PreconditionFailed',
    ),
  },
  {
    title: 'DynamoDB failed for another reason',
    error: change('ConditionalCheckFailedException', 'ProvisionedThroughputExceededException'),
  },
  { title: 'another user holds it', error: change('me@here', 'you@here') },
  { title: 'another machine holds it', error: change('me@here', 'me@there') },
  { title: 'nobody is named', error: change('  Who:       me@here\n', '') },
  { title: 'no id is named', error: change('11d49d4e-cb55-ec2b-9b07-c18ac7a41e62', '') },
]) {
  t.test(`finds none when ${title}`, async t => {
    t.equal(findLeftLock(error, 'me@here'), undefined);
  });
}
