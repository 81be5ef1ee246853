import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/make-engine.ts';

const PROGRAMS = join(REPOSITORY, 'test/fixtures/hostile-kit');
export const SECRET = 'k1t-Secret/42+x=';

/** Folders of the kit, by the limits that their programs get. */
const FOLDERS = {
  Hostile: { wallSeconds: 60, memoryMiB: 512, processes: 32, folderMiB: 64, fileMiB: 128 },
  // What is meant to be ended for its time.
  Endless: { wallSeconds: 3, memoryMiB: 128, processes: 32, folderMiB: 64, fileMiB: 128 },
  Roomy: { wallSeconds: 60, memoryMiB: 512, processes: 32, folderMiB: 2_048, fileMiB: 1_024 },
} as const;

/** How each program has to end: `done`, or the codes of failure that are right. */
export const EXPECTED: Record<keyof typeof FOLDERS, Record<string, string | string[]>> = {
  Endless: {
    ignores_signals: 'timeout',
    // The first for root, whose processes the system does not count.
    fork_bomb: ['too_many_processes', 'timeout'],
    many_memory_bombs: ['too_much_memory', 'too_many_processes'],
    closes_everything: 'timeout',
  },
  Roomy: { output_of_500_mb: 'output_too_large' },
  Hostile: {
    double_fork: 'done',
    memory_bomb: 'exit_code',
    kills_everybody: 'done',
    prints_500_mb: 'output_too_large',
    one_line: 'done',
    million_artifacts: 'done',
    fills_its_folder: 'folder_too_large',
    many_names: 'folder_too_large',
    one_huge_file: ['exit_code', 'folder_too_large'],
    output_is_a_link: 'bad_output',
    output_is_a_pipe: 'bad_output',
    output_is_a_folder: 'bad_output',
    output_is_a_device: 'bad_output',
    output_is_a_hard_link: 'bad_output',
    output_folder_is_a_link: ['bad_output', 'no_output'],
    rubbish: 'bad_output',
    deep: 'bad_output',
    wide: 'done',
    odd_keys: 'done',
    not_a_number: 'bad_output',
    utf16: 'bad_output',
    byte_order_mark: 'done',
    invalid_utf8: 'done',
    nul_bytes: 'done',
    raw_nul: 'bad_output',
    bad_artifacts: 'done',
    hard_to_remove: 'done',
    prints_secrets: 'done',
    fails_with_secrets: 'analyzer_error',
    html_and_bidi: 'done',
    reads_private: 'done',
    writes_outside: 'done',
    connects: 'done',
    local_sockets: 'done',
    types_into_terminal: 'done',
    changes_the_system: 'done',
    changes_its_input: 'done',
  },
};

/** The programs as a folder in the Cortex layout, each with its descriptor. */
export function writeKit(root: string): string[] {
  const flavors: string[] = [];
  const add = (folder: string, program: string): void => {
    const descriptor = {
      name: `${folder}_${program}`,
      version: '1.0',
      author: 'Osmia tests',
      url: 'https://example.com',
      license: 'Apache-2.0',
      description: 'Hostile on purpose',
      dataTypeList: ['other'],
      command: `${folder}/${program}.py`,
      baseConfig: folder,
      configurationItems: [
        {
          name: 'api_token',
          description: 'a secret',
          type: 'string',
          multi: false,
          required: false,
          defaultValue: SECRET,
        },
      ],
    };
    writeFileSync(join(root, folder, `${program}.json`), JSON.stringify(descriptor));
    flavors.push(`kit/${descriptor.name}_1_0`);
  };
  for (const [folder, limits] of Object.entries(FOLDERS)) {
    cpSync(PROGRAMS, join(root, folder), { recursive: true });
    const card = { leaves: 'nothing', hosts: [], seenBy: 'nobody', keeps: 'nothing' };
    writeFileSync(join(root, folder, 'osmia.json'), JSON.stringify({ card, limits, cacheMinutes: 0 }));
    for (const program of Object.keys(EXPECTED[folder as keyof typeof FOLDERS])) add(folder, program);
  }
  for (const program of ['truncated', 'exits', 'dies']) add('Hostile', program);
  cpSync(PROGRAMS, join(root, 'Online'), { recursive: true });
  const card = { leaves: 'the value', hosts: ['api.example'], seenBy: 'its owner', keeps: 'unknown' };
  writeFileSync(join(root, 'Online', 'osmia.json'), JSON.stringify({ card, limits: FOLDERS.Hostile }));
  add('Online', 'goes_around_the_proxy');
  return flavors;
}
