import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';
import { rolesFolder } from '../../helpers/host/rendered-roles.ts';

const task = z.record(z.string(), z.unknown());
const parameters = z.record(z.string(), z.unknown());
const roles = readdirSync(rolesFolder);

/** Every task of a role, those in blocks included. */
function readTasks(role: string) {
  const folder = join(rolesFolder, role, 'tasks');
  return readdirSync(folder).flatMap(file =>
    z
      .array(task)
      .parse(parse(readFileSync(join(folder, file), 'utf8')))
      .map(found => ({ role, file, task: found })),
  );
}

const tasks = roles.flatMap(readTasks);

t.test('every role checks its variables, says what it does and looks before it changes', async t => {
  t.strictSame(roles.sort(), ['logs', 'node', 'python', 'system', 'worker']);
  for (const role of roles) {
    const has = (path: string) => existsSync(join(rolesFolder, role, path));
    t.ok(has('meta/argument_specs.yml'), `${role}: argument_specs`);
    t.ok(has('README.md'), `${role}: README`);
    if (role !== 'system') t.ok(has('tasks/preflight.yml') && has('defaults/main.yml'), `${role}: preflight`);
  }
});

t.test('whatever writes goes by the lists that the damage tests go by', async t => {
  const writing = ['file', 'copy', 'template', 'user', 'group', 'service'].map(
    name => `ansible.builtin.${name}`,
  );
  // In a check a place that a run would clear first is looked at elsewhere: role system, tasks/clear.yml.
  const place = /^\{\{ (system_aside\[item\.path\] \| default\(item\.path\)|item\.path) \}\}$/;
  let written = 0;
  for (const { role, file, task } of tasks) {
    const module = writing.find(name => name in task);
    if (module === undefined) continue;
    const { path, dest, name, state } = parameters.parse(task[module]);
    // What removes makes way for an entry, or takes away old ones.
    if (state === 'absent') continue;
    written += 1;
    const title = `${role}/tasks/${file}: ${task['name']}`;
    t.match(path ?? dest ?? name, place, title);
    t.match(task['loop'], new RegExp(`^\\{\\{ _${role}_\\w+ \\}\\}$`), title);
  }
  t.ok(written > 10, 'tasks were looked at');
  const other =
    /^ansible\.builtin\.(lineinfile|blockinfile|replace|unarchive|get_url|cron|systemd|shell|apt|yum|dnf)$/;
  t.strictSame(
    tasks.flatMap(({ task }) => Object.keys(task)).filter(name => other.test(name)),
    [],
    'and nothing else writes',
  );
});

t.test('each task names its module in full', async t => {
  const keywords =
    /^(name|when|loop|loop_control|register|become|vars|tags|changed_when|failed_when|check_mode|diff|ansible\.builtin\.\w+)$/;
  for (const { role, file, task } of tasks) {
    t.strictSame(
      Object.keys(task).filter(key => !keywords.test(key)),
      [],
      `${role}/tasks/${file}: ${task['name']}`,
    );
  }
});
