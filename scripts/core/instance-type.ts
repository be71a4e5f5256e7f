import type { NodeArch } from './node-release.ts';

/**
 * The processor of an EC2 instance type: in the names of Graviton types a `g` follows the generation, as in t4g or c6gd.
 * terraform/ec2/image.tf goes by the same rule, and asks EC2 whether it holds.
 * Source: Amazon EC2 Instance Types, "Naming conventions".
 */
export function instanceArch(instanceType: string): NodeArch {
  return /^[a-z]+\d+g[a-z]*\./.test(instanceType) ? 'arm64' : 'x64';
}
