import { Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { TimelineFilter } from '../../../shared/contract/timeline.ts';
import { refuseSecrets } from '../../api/refuse-secrets.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { saveText } from '../../ui/save-text.ts';
import { toast } from '../../ui/toast.tsx';
import { exportTimeline } from './queries.ts';

/** The events in view as a table for a report, or as a file for a spreadsheet; times as they are shown. */
export function useTimelineExport(
  caseId: string,
  caseNumber: number,
  what: { filter: TimelineFilter; ids: readonly string[] | undefined; zone: string },
  onError: (error: unknown) => void,
): (format: 'csv' | 'markdown') => void {
  return (format) => {
    const run = async (): Promise<void> => {
      const { text, events } = await exportTimeline({
        caseId,
        filter: what.filter,
        format,
        zone: what.zone,
        ...(what.ids === undefined ? {} : { ids: [...what.ids] }),
      });
      await refuseSecrets(text);
      if (format === 'markdown') {
        await navigator.clipboard.writeText(text);
        toast(`${plural(events, 'event')} copied as a Markdown table`);
      } else {
        saveText(`case-${caseNumber}-timeline.csv`, text, 'text/csv');
        toast(`${plural(events, 'event')} exported, in the clear`);
      }
    };
    run().catch(onError);
  };
}

export function ExportMenu({ onExport }: { onExport(format: 'csv' | 'markdown'): void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button kind="ghost" isIcon label="Export">
          <IconDownload size={15} stroke={1.75} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onExport('markdown')}>Copy as a Markdown table</Menu.Item>
        <Menu.Item onClick={() => onExport('csv')}>Save as CSV, outside the sealed workspace</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
