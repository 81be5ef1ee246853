import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { callQuery } from '../api/query.ts';
import { tagColours } from '../ui/tag-colours.ts';

/** Keeps the colours of tags in step with the core; once in the frame. */
export function useTagColours(): void {
  const { data } = useQuery(callQuery('tags.colours', {}, ['tag']));
  useEffect(() => {
    if (data) tagColours.getState().put(data);
  }, [data]);
}
