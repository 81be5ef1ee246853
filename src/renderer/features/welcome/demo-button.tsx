import { useOpenDemo } from '../../state/open-demo.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';

/** On the first screens: a case to look at, with nothing of one's own in it. Takes a second or two, and says so. */
export function DemoButton() {
  const { open, isBusy, error } = useOpenDemo();
  return (
    <>
      <Button isDisabled={isBusy} onClick={open}>
        {isBusy ? 'Making the demo case…' : 'Open the demo case'}
      </Button>
      {Boolean(error) && <ErrorNote error={error} />}
    </>
  );
}
