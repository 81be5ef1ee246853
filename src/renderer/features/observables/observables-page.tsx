import { useMemo } from 'react';
import { Skeleton } from '../../ui/controls.tsx';
import { Text } from '../../ui/text.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { ObservablesView } from './observables-view.tsx';

/** All observables of the engagement, across its cases; `asked` is what an address wants in the filter field. */
export function ObservablesPage({ asked }: { asked?: string | undefined }) {
  const engagement = useEngagement();
  const id = engagement?.id;
  const scope = useMemo(() => (id === undefined ? undefined : { engagementId: id }), [id]);
  if (!engagement || !scope) return <Skeleton />;
  return (
    <>
      <div className="page-head">
        <h1>Observables</h1>
        <span className="f12 t3 el">
          of every case in <Text>{engagement.name}</Text>
        </span>
      </div>
      <ObservablesView
        key={`${engagement.id} ${asked ?? ''}`}
        asked={textOfAddress(asked)}
        scope={scope}
        engagementId={engagement.id}
        about={engagement.name}
        backTo="/observables"
      />
    </>
  );
}

function textOfAddress(asked: string | undefined): string {
  try {
    return decodeURIComponent(asked ?? '');
  } catch {
    return '';
  }
}
