import { PasswordInput } from '@mantine/core';
import { IconFileImport, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { hostBridge } from '../../api/host.ts';
import { Button, Check } from '../../ui/controls.tsx';
import { count, fileSize, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { type Chosen, chosenFiles, droppedFiles, isZip, MAX_FILES, nameOf } from './add-run.ts';

export interface FileChoice {
  chosen: Chosen;
  /** An archive whose files are added instead of itself. */
  isUnpacked: boolean;
  password: string | undefined;
}

const SHOWN = 200;

/** Files and folders, dropped or chosen; each becomes evidence. Archives are opened where that is wanted. */
export function AddFiles({ files, onChange }: { files: readonly FileChoice[]; onChange(files: FileChoice[]): void }) {
  const [isOver, setOver] = useState(false);
  const [left, setLeft] = useState('');
  const zips = files.filter(({ chosen }) => isZip(nameOf(chosen)));
  const password = files.find((each) => each.password !== undefined)?.password ?? '';
  const add = (more: readonly Chosen[], isMore = false): void => {
    const all = [
      ...files,
      ...more.map((chosen) => ({ chosen, isUnpacked: isZip(nameOf(chosen)), password: password || undefined })),
    ];
    onChange(all.slice(0, MAX_FILES));
    setLeft(isMore || all.length > MAX_FILES ? `Only the first ${count(MAX_FILES)} files are taken at once.` : '');
  };
  const choose = async (isFolder: boolean): Promise<void> => {
    const bridge = isFolder ? undefined : hostBridge();
    if (bridge) add((await bridge.pickFiles()).map((grant) => ({ grant })));
    else add((await chosenFiles(isFolder)).map((file) => ({ file })));
  };
  const set = (index: number, patch: Partial<FileChoice>): void =>
    onChange(files.map((each, i) => (i === index ? { ...each, ...patch } : each)));
  return (
    <div className="add-files">
      <div
        className="file-drop"
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          event.dataTransfer.dropEffect = 'copy';
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void droppedFiles(event.dataTransfer).then(({ files: found, isMore }) =>
            add(
              found.map((file) => ({ file })),
              isMore,
            ),
          );
        }}
      >
        <IconFileImport size={18} stroke={1.75} aria-hidden="true" />
        <span className="grow">Drop files or folders here. Stored neutralised, nothing is sent.</span>
        <Button size="small" onClick={() => void choose(false)}>
          Choose files
        </Button>
        <Button size="small" onClick={() => void choose(true)}>
          Choose a folder
        </Button>
      </div>
      {left !== '' && <p className="f12 t2">{left}</p>}
      {files.length > 0 && (
        <ul className="file-list scroll" aria-label="Files to add">
          {files.slice(0, SHOWN).map((each, index) => (
            <li key={index} className="row">
              <span className="el grow mono f12">
                <Text>{nameOf(each.chosen)}</Text>
              </span>
              {'file' in each.chosen && <span className="f12 t3 nowrap">{fileSize(each.chosen.file.size)}</span>}
              {isZip(nameOf(each.chosen)) && (
                <span className="f12 row tight nowrap">
                  <Check
                    label={`Open ${nameOf(each.chosen)} and add the files in it`}
                    state={each.isUnpacked ? 'on' : 'off'}
                    onToggle={() => set(index, { isUnpacked: !each.isUnpacked })}
                  />
                  open it
                </span>
              )}
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Leave out ${nameOf(each.chosen)}`}
                onClick={() => onChange(files.filter((_, i) => i !== index))}
              >
                <IconX size={13} stroke={1.75} />
              </Button>
            </li>
          ))}
          {files.length > SHOWN && <li className="f12 t3">and {plural(files.length - SHOWN, 'other file')}</li>}
        </ul>
      )}
      {zips.some(({ isUnpacked }) => isUnpacked) && (
        <PasswordInput
          label="Password of the archive"
          description="infected, malware and none are tried without asking."
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          autoComplete="off"
          value={password}
          onChange={(event) => {
            const typed = event.target.value;
            onChange(files.map((each) => ({ ...each, password: typed === '' ? undefined : typed })));
          }}
        />
      )}
    </div>
  );
}
