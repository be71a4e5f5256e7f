import {
  noWildcardPrincipal,
  policyIsReadable,
  rightsStayBounded,
  roleIsBound,
  wildcardHasReason,
} from './access-rules.ts';
import {
  dataIsKept,
  encryptedAtRest,
  encryptionIsConsidered,
  everythingIsTagged,
  tlsOnly,
} from './data-rules.ts';
import { bucketIsClosed, metadataIsGuarded } from './exposure-rules.ts';
import { attachedPolicyIsOurs, staysInAccount } from './grant-rules.ts';
import { closedToTheWorld } from './network-rules.ts';
import type { Rule } from './rule.ts';
import { noSecretInPlan } from './secret-rules.ts';
import { bucketHasLifecycle, logsEnd, vpcIsLogged } from './upkeep-rules.ts';

/** What holds for every resource of the estate on AWS. */
export const rules: readonly Rule[] = [
  bucketIsClosed,
  noWildcardPrincipal,
  wildcardHasReason,
  policyIsReadable,
  roleIsBound,
  rightsStayBounded,
  attachedPolicyIsOurs,
  staysInAccount,
  encryptedAtRest,
  encryptionIsConsidered,
  tlsOnly,
  logsEnd,
  vpcIsLogged,
  bucketHasLifecycle,
  dataIsKept,
  metadataIsGuarded,
  closedToTheWorld,
  noSecretInPlan,
  everythingIsTagged,
];
