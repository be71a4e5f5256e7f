import t from 'tap';
import { watchSleep } from '../../../worker/host/sleep-watch.ts';

t.test('notices a pause, also before its timer does, and never forgets it', async t => {
  let now = 1_000_000;
  const watch = watchSleep(() => now);
  t.teardown(() => watch.stop());
  now += 20_000;
  t.notOk(watch.hasSlept());
  now += 20_001;
  t.ok(watch.hasSlept());
  t.ok(watch.hasSlept());
});

t.test('takes many short waits for what they are', async t => {
  let now = 0;
  const watch = watchSleep(() => now);
  t.teardown(() => watch.stop());
  for (let second = 0; second < 100; second += 1) {
    now += 1_000;
    t.notOk(watch.hasSlept());
  }
});
