/** The stacks: what each waits for and where its state lies. The order here breaks ties and orders tables. */
export const stackNames = ['bootstrap', 'network', 'datalake', 'mpp', 'ingest', 'ec2'] as const;

export type StackName = (typeof stackNames)[number];

type Stack = {
  readonly waitsFor: readonly StackName[];
  /** Stacks whose resources it adds to: rules of their security groups. */
  readonly addsTo?: readonly StackName[];
  /** Key in the state bucket. */
  readonly stateKey: (environment: string) => string;
};

export const stacks: Readonly<Record<StackName, Stack>> = {
  bootstrap: { waitsFor: [], stateKey: () => 'global/bootstrap/terraform.tfstate' },
  network: { waitsFor: ['bootstrap'], stateKey: env => `${env}/network/terraform.tfstate` },
  datalake: { waitsFor: ['bootstrap'], stateKey: env => `${env}/storage/datalake/terraform.tfstate` },
  mpp: {
    waitsFor: ['datalake', 'network'],
    addsTo: ['network'],
    stateKey: env => `${env}/workflow/mpp/terraform.tfstate`,
  },
  ingest: { waitsFor: ['bootstrap'], stateKey: env => `${env}/workflow/ingest/terraform.tfstate` },
  ec2: { waitsFor: ['network'], stateKey: env => `${env}/compute/ec2/terraform.tfstate` },
};

/** Whether the text names a stack. */
export function isStackName(text: string): text is StackName {
  return stackNames.some(name => name === text);
}

/** The stacks that wait for this one: in a destroy it waits for them. */
export function dependentsOf(name: StackName): readonly StackName[] {
  return stackNames.filter(other => stacks[other].waitsFor.includes(name));
}

/** The stack and those that add to its resources: a change of any of them changes what its state should say. */
export function touchedBy(name: StackName): readonly StackName[] {
  return stackNames.filter(other => other === name || stacks[other].addsTo?.includes(name) === true);
}
