// (a) What starting one trivial Python analyzer costs, one after the other: bare, and inside new namespaces (bubblewrap).
// It speaks the Cortex job-folder protocol; the folder is prepared once.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PYTHON, QUICK, report, scratch, stats, times } from './lib.mjs';

const N = QUICK ? 20 : 200;
const dir = scratch('spawn');
const F = {};

const job = join(dir, 'job');
mkdirSync(join(job, 'input'), { recursive: true });
mkdirSync(join(job, 'output'), { recursive: true });
const input = { dataType: 'domain', data: 'host.example.org', tlp: 2, pap: 2, config: {} };
writeFileSync(join(job, 'input', 'input.json'), JSON.stringify(input));
const analyzer = join(dir, 'a.py');
writeFileSync(
  analyzer,
  'import json,sys\nd=sys.argv[1]\ni=json.load(open(d+"/input/input.json"))\n' +
    'json.dump({"success":True,"summary":{"taxonomies":[]},"artifacts":[],"operations":[],"full":{"data":i["data"]}},open(d+"/output/output.json","w"))\n',
);

const run = (command, args) =>
  new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.resume();
    child.stderr.resume();
    child.on('error', failed).on('close', (code) => (code === 0 ? done() : failed(new Error(`${command}: ${code}`))));
  });

F['spawn.python.job-folder'] = stats(await times(N, () => run(PYTHON, [analyzer, job])));
const isolation = ['--ro-bind', '/', '/', '--tmpfs', '/tmp', '--bind', dir, dir, '--unshare-all', '--die-with-parent'];
if (spawnSync('bwrap', [...isolation, '/bin/true']).status === 0)
  F['spawn.bwrap.python.job-folder'] = stats(await times(N, () => run('bwrap', [...isolation, PYTHON, analyzer, job])));
report('01-spawn', F, { starts: N });
