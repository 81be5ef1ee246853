import { IconHistory } from '@tabler/icons-react';
import { plainVisible } from './visible-text.ts';
import { Age } from './time.tsx';

/** An age; with the history icon and the reason where the verdict is stale. */
export function StaleAge({ at, why }: { at: number; why: string | undefined }) {
  if (why === undefined) return <Age at={at} />;
  const words = `${plainVisible(why)} Run again to refresh.`;
  return (
    <span className="stale" title={words}>
      <IconHistory size={13} stroke={1.75} role="img" aria-label={`Stale. ${words}`} />
      <Age at={at} />
    </span>
  );
}
