import { IconCopy } from '@tabler/icons-react';
import type { Evidence } from '../../shared/contract/entities.ts';
import { copyText } from './copy.ts';
import { count, fileSize } from './format.ts';
import { Text } from './text.tsx';
import { DateTime } from './time.tsx';
import { MiddleCut } from './value.tsx';

/** A stored file: what it is and its three hashes, each to copy. */
export function EvidenceFacts({ evidence }: { evidence: Evidence }) {
  const hashes = [
    ['MD5', evidence.md5],
    ['SHA-1', evidence.sha1],
    ['SHA-256', evidence.sha256],
  ] as const;
  return (
    <dl className="kv" style={{ marginTop: 8 }}>
      <dt>Name</dt>
      <dd className="breaks">
        <Text>{evidence.name}</Text>
      </dd>
      <dt>Type</dt>
      <dd className="breaks">
        <Text>{evidence.typeLabel === '' ? evidence.mediaType : evidence.typeLabel}</Text>
      </dd>
      <dt>Size</dt>
      <dd>
        {fileSize(evidence.size)} ({count(evidence.size)} bytes)
      </dd>
      {hashes.map(([name, hash]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd className="row tight">
            <MiddleCut text={hash} />
            <button
              type="button"
              className="t3"
              aria-label={`Copy ${name}`}
              onClick={() => void copyText(hash, `Copied ${name}`)}
            >
              <IconCopy size={13} stroke={1.75} />
            </button>
          </dd>
        </div>
      ))}
      <dt>Added</dt>
      <dd>
        <DateTime at={evidence.addedAt} />, recorded in {evidence.zone}
      </dd>
      <dt>Stored</dt>
      <dd>Sealed, under no name that runs</dd>
    </dl>
  );
}
