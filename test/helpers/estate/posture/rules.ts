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
  logsEnd,
  noSecretInPlan,
  tlsOnly,
} from './data-rules.ts';
import { bucketIsClosed, closedToTheWorld, metadataIsGuarded } from './exposure-rules.ts';
import type { Rule } from './rule.ts';

/** What holds for every resource of the estate on AWS. */
export const rules: readonly Rule[] = [
  bucketIsClosed,
  noWildcardPrincipal,
  wildcardHasReason,
  policyIsReadable,
  roleIsBound,
  rightsStayBounded,
  encryptedAtRest,
  encryptionIsConsidered,
  tlsOnly,
  logsEnd,
  dataIsKept,
  metadataIsGuarded,
  closedToTheWorld,
  noSecretInPlan,
  everythingIsTagged,
];
