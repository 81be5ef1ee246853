import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { errorText } from '../../api/error-text.ts';
import { hostBridge } from '../../api/host.ts';
import { undoable } from '../../state/undoable.ts';
import { chooseFiles } from '../../state/take-in.ts';
import { Button } from '../../ui/controls.tsx';
import { toast } from '../../ui/toast.tsx';
import { runWords } from './run-words.ts';

/** Reads alerts of files that somebody chooses: sealed first, like everything that comes in, and let go afterwards. */
export function ImportButton({ engagementId }: { engagementId: string | undefined }) {
  const [isBusy, setBusy] = useState(false);
  const choose = async (): Promise<void> => {
    setBusy(true);
    try {
      const within = engagementId === undefined ? {} : { engagementId };
      const bridge = hostBridge();
      const places = bridge
        ? (await bridge.pickFiles()).map(({ token }) => ({ token }))
        : (await chooseFiles(engagementId)).map((intakeId) => ({ intakeId }));
      for (const place of places) {
        const run = await undoable((output) => `Read: ${runWords(output)}`, 'alerts.import', { ...within, place });
        if (run.error !== null) toast(`Not read to the end. ${run.error}`);
      }
    } catch (error) {
      toast(`Not imported. ${errorText(error).message}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button isDisabled={isBusy} onClick={() => void choose()}>
      <IconFileImport size={15} stroke={1.75} aria-hidden="true" />
      {isBusy ? 'Reading…' : 'Import alerts…'}
    </Button>
  );
}
