import t from 'tap';
import { instanceArch } from '../../../scripts/core/instance-type.ts';

t.test('tells the processor by the name of the type', async t => {
  const types = {
    arm64: [
      't4g.micro',
      'm6g.large',
      'c6gd.large',
      'c7gn.xlarge',
      'im4gn.large',
      'is4gen.medium',
      'g5g.xlarge',
    ],
    x64: [
      't3.micro',
      't3a.nano',
      'm7i-flex.large',
      'g4dn.xlarge',
      'g5.xlarge',
      'p4de.24xlarge',
      'u-6tb1.56xlarge',
    ],
  } as const;
  for (const type of types.arm64) t.equal(instanceArch(type), 'arm64', type);
  for (const type of types.x64) t.equal(instanceArch(type), 'x64', type);
});
