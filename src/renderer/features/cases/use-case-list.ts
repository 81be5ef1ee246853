import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { CaseFilter, type CaseSort } from '../../../shared/contract/case-list.ts';
import { lastViewQuery, useRememberList } from './queries.ts';

export interface Shown {
  filter: CaseFilter;
  sort: CaseSort;
}

const FIRST: Shown = { filter: { isOpen: true }, sort: '-start' };
/** Words that are typed are kept when somebody has stopped typing. */
const REMEMBER_MS = 800;

/** The filter of an address such as `/cases/list/{…}`; undefined for what is none. */
export function filterOfAddress(text: string | undefined): CaseFilter | undefined {
  if (text === undefined) return undefined;
  try {
    return CaseFilter.safeParse(JSON.parse(decodeURIComponent(text))).data;
  } catch {
    return undefined;
  }
}

/**
 * What the list shows: what an address asks for, else what it showed when it was last left, else the open cases. What
 * somebody chooses is kept in the workspace for the next time.
 */
export function useCaseList(engagementId: string | undefined, asked: CaseFilter | undefined) {
  const { data: last, isPending } = useQuery({
    ...lastViewQuery(engagementId ?? ''),
    enabled: engagementId !== undefined && asked === undefined,
  });
  const remember = useRememberList();
  const [chosen, setChosen] = useState<{ engagementId: string; shown: Shown }>();
  const isOwn = chosen !== undefined && chosen.engagementId === engagementId;
  const shown = isOwn ? chosen.shown : asked ? { filter: asked, sort: FIRST.sort } : (last ?? FIRST);
  /** Keeps what was chosen last; undefined when it is kept. */
  const pending = useRef<() => void>(undefined);
  useEffect(() => {
    if (!isOwn) return undefined;
    pending.current = () => {
      pending.current = undefined;
      remember(chosen.engagementId, chosen.shown.filter, chosen.shown.sort);
    };
    const timer = setTimeout(() => pending.current?.(), REMEMBER_MS);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what was chosen is kept, whoever renders
  }, [chosen, isOwn]);
  useEffect(() => () => pending.current?.(), []);
  return {
    shown,
    isReady: engagementId !== undefined && (isOwn || asked !== undefined || !isPending),
    show: (next: Shown): void => {
      if (engagementId !== undefined) setChosen({ engagementId, shown: next });
    },
  };
}
