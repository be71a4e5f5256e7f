/** What the roles would do on each operating system, without a host: their lists and their files, as text. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { renderYaml } from '../../../scripts/core/quote.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { writeFile } from '../../../scripts/edge/files.ts';
import { runPlaybook } from '../ansible.ts';

export const rolesFolder = join(projectRoot, 'ansible/roles');

/** One thing that a role keeps right: a place, an account or a service, named by `path`. */
const entrySchema = z.looseObject({
  kind: z.enum(['folder', 'file', 'link', 'account', 'service']),
  path: z.string(),
});
export type ManagedEntry = z.infer<typeof entrySchema>;

const renderedSchema = z.object({
  system: z.record(z.string(), z.unknown()),
  entries: z.record(z.string(), z.array(entrySchema)),
  files: z.record(z.string(), z.string()),
});
export type RenderedRoles = z.infer<typeof renderedSchema>;

/** What Ansible finds on a host of each system. */
export const systems = {
  'amazon-linux-2': { distribution: 'Amazon', distribution_major_version: '2' },
  'amazon-linux-2023': { distribution: 'Amazon', distribution_major_version: '2023' },
  debian: { distribution: 'Debian', distribution_major_version: '12' },
  ubuntu: { distribution: 'Ubuntu', distribution_major_version: '24' },
} as const;
export type SystemName = keyof typeof systems;

/**
 * Renders all roles with these variables for some systems, in one run of Ansible.
 * @param choice.root the clone whose virtual environment has Ansible
 */
export async function renderRoles(
  folder: string,
  variables: object,
  choice: { readonly names?: readonly SystemName[]; readonly root?: string | undefined } = {},
): Promise<Readonly<Record<string, RenderedRoles>>> {
  const names = choice.names ?? (['amazon-linux-2', 'amazon-linux-2023', 'debian', 'ubuntu'] as const);
  linkTemplates(folder);
  const hosts = Object.fromEntries(names.map(name => [name, { facts: systems[name] }]));
  const roles = ['node', 'worker', 'logs'];
  const templates = readdirSync(join(folder, 'templates'));
  const files = templates.map(name => `'${name.replace(/\.j2$/, '')}': lookup('template', '${name}')`);
  const entries = roles.map(role => `'${role}': _${role}_entries`);
  const systemNames = "vars | dict2items | selectattr('key', 'match', '^system_') | items2dict";
  const play = {
    hosts: 'all',
    connection: 'local',
    gather_facts: false,
    vars: {
      ansible_python_interpreter: '{{ ansible_playbook_python | quote }}',
      // As in a run of all roles: the worker comes after Node.js.
      __node_started: {},
    },
    vars_files: roles.flatMap(role =>
      ['defaults', 'vars'].map(part => join(rolesFolder, role, part, 'main.yml')),
    ),
    tasks: [
      {
        'ansible.builtin.set_fact': {
          distribution: '{{ facts.distribution }}',
          distribution_major_version: '{{ facts.distribution_major_version }}',
          cacheable: true,
        },
      },
      { 'ansible.builtin.include_role': { name: join(rolesFolder, 'system') } },
      {
        'ansible.builtin.copy': {
          content: `{{ {'system': ${systemNames}, 'entries': {${entries.join(', ')}}, 'files': {${files.join(', ')}}} | to_json }}`,
          dest: `${folder}/{{ inventory_hostname }}.json`,
          mode: '0600',
        },
      },
    ],
  };
  writeFile(join(folder, 'play.yml'), JSON.stringify([play]));
  writeFile(join(folder, 'inventory.yml'), renderYaml({ all: { hosts } }));
  writeFile(join(folder, 'variables.yml'), renderYaml(variables));
  const inputs = ['-i', join(folder, 'inventory.yml'), '-e', `@${folder}/variables.yml`];
  const run = await runPlaybook([...inputs, join(folder, 'play.yml')], choice.root);
  if (run.exitCode !== 0) throw new Error(run.output);
  const read = (name: string) => {
    const data: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
    return [name, renderedSchema.parse(data)] as const;
  };
  return Object.fromEntries(names.map(read));
}

/** Beside the play, where Ansible looks for them. */
function linkTemplates(folder: string): void {
  mkdirSync(join(folder, 'templates'));
  for (const role of readdirSync(rolesFolder)) {
    const from = join(rolesFolder, role, 'templates');
    const names = readdirSync(join(rolesFolder, role)).includes('templates') ? readdirSync(from) : [];
    for (const name of names) symlinkSync(join(from, name), join(folder, 'templates', name));
  }
}
