import { FileButton, Switch } from '@mantine/core';
import { IconBinaryTree2, IconFileImport, IconFolderOpen, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { MAX_TAXONOMY_BYTES, type Taxonomy } from '../../../shared/contract/tags.ts';
import { AppError } from '../../../shared/errors.ts';
import { callCore } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Empty, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { taxonomiesQuery } from './queries.ts';
import './tags.css';

/** MISP's folder also holds an index and schemas. */
const isTaxonomy = ({ name }: File): boolean =>
  /\.json$/i.test(name) && !/^(MANIFEST|schema.*|package.*)\.json$/i.test(name);

/** Settings: MISP taxonomies, whose tags are offered where tags are typed. */
export function TaxonomiesPage() {
  const { data, error, refetch } = useQuery(taxonomiesQuery);
  const [failed, setFailed] = useState<readonly { file: string; message: string }[]>([]);
  const [refused, setRefused] = useState<unknown>();
  const [progress, setProgress] = useState<string>();
  const [text, setText] = useState('');
  const folder = useRef<HTMLInputElement>(null);
  const wanted = text.trim().toLowerCase();
  const shown = (data ?? []).filter((each) => `${each.namespace} ${each.description}`.toLowerCase().includes(wanted));
  const attempt = (run: Promise<unknown>): void => {
    setRefused(undefined);
    run.catch(setRefused);
  };
  const take = async (files: readonly File[]): Promise<void> => {
    const list = files.filter(isTaxonomy);
    const problems: { file: string; message: string }[] = [];
    let taken = 0;
    for (const [index, file] of list.entries()) {
      setProgress(`${index + 1} of ${list.length}`);
      const fileName = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
      try {
        if (file.size > MAX_TAXONOMY_BYTES) throw new AppError('too_large', `${fileName} is larger than 3 MB.`);
        await callCore('taxonomies.import', { fileName, text: await file.text() });
        taken += 1;
      } catch (cause) {
        problems.push({
          file: fileName,
          message: cause instanceof Error ? cause.message : `${fileName} cannot be read.`,
        });
      }
    }
    setProgress(undefined);
    setFailed(list.length === 0 ? [{ file: '', message: 'There is no taxonomy among these files.' }] : problems);
    if (taken > 0) toast(`${plural(taken, 'taxonomy', 'taxonomies')} imported`);
  };
  return (
    <>
      <div className="settings-head">
        <h2>Taxonomies</h2>
        <span className="f12 t3 grow">
          {progress === undefined ? 'Their tags are offered where you type tags.' : `Importing ${progress}`}
        </span>
        <input
          ref={folder}
          type="file"
          hidden
          aria-label="Taxonomy folder"
          // @ts-expect-error -- every browser knows it, React's types do not
          webkitdirectory=""
          onChange={(event) => {
            void take([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <Button onClick={() => folder.current?.click()}>
          <IconFolderOpen size={15} stroke={1.75} aria-hidden="true" />
          Import a folder…
        </Button>
        <FileButton
          multiple
          accept="application/json,.json"
          onChange={(files) => void take(files)}
          inputProps={{ 'aria-label': 'Taxonomy files' }}
        >
          {(props) => (
            <Button kind="primary" {...props}>
              <IconFileImport size={15} stroke={1.75} aria-hidden="true" />
              Import files…
            </Button>
          )}
        </FileButton>
      </div>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {Boolean(refused) && <ErrorNote error={refused} />}
      {failed.length > 0 && (
        <div className="note" role="alert">
          <ul className="grow breaks">
            {failed.slice(0, 20).map(({ file, message }) => (
              <li key={file}>
                <Text>{message}</Text>
              </li>
            ))}
            {failed.length > 20 && <li>And {count(failed.length - 20)} more.</li>}
          </ul>
          <Button size="small" onClick={() => setFailed([])}>
            Dismiss
          </Button>
        </div>
      )}
      {!data && !error && <Skeleton />}
      {data?.length === 0 && (
        <Empty icon={IconBinaryTree2} title="No taxonomies yet">
          A taxonomy is a list of agreed tags, such as admiralty-scale:source-reliability="a". Get the MISP taxonomies
          as a folder and import it here, or with <span className="mono">osmia taxonomies import</span>. Nothing is
          fetched by itself.
        </Empty>
      )}
      {data && data.length > 12 && (
        <div className="tags-bar">
          <FilterField label="Filter taxonomies" value={text} onChange={setText} />
        </div>
      )}
      <ul className="settings-rows" aria-label="Taxonomies">
        {shown.map((each) => (
          <Row key={each.id} taxonomy={each} onRun={attempt} />
        ))}
      </ul>
    </>
  );
}

function Row({ taxonomy, onRun }: { taxonomy: Taxonomy; onRun(run: Promise<unknown>): void }) {
  const { id, namespace, isEnabled } = taxonomy;
  return (
    <li>
      <div className="grow breaks">
        <span className="m">
          <Text>{namespace}</Text>
        </span>{' '}
        <span className="f12 t3">
          {plural(taxonomy.tags, 'tag')}, version {taxonomy.version}
        </span>
        <div className="f12 t2">
          <Text>{taxonomy.description.slice(0, 300)}</Text>
        </div>
      </div>
      <Switch
        aria-label={`Offer the tags of ${namespace}`}
        checked={isEnabled}
        onChange={() =>
          onRun(
            undoable(`${namespace} switched ${isEnabled ? 'off' : 'on'}`, 'taxonomies.update', {
              id,
              patch: { isEnabled: !isEnabled },
            }),
          )
        }
      />
      <Button
        kind="ghost"
        size="small"
        isIcon
        label={`Remove ${namespace}`}
        onClick={() => onRun(undoable(`Taxonomy ${namespace} removed`, 'taxonomies.remove', { id }))}
      >
        <IconTrash size={14} stroke={1.75} />
      </Button>
    </li>
  );
}
