import { IconFileImport } from '@tabler/icons-react';
import { useLayoutEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { plural } from '../../ui/format.ts';
import { isTextField } from '../../ui/keys.ts';
import { useEngagement } from '../../state/engagement.ts';
import { takeFiles, takePicture, takeText } from '../../state/take-in.ts';

/** Files dropped, and text or pictures pasted, anywhere outside a field go to Intake. */
export function DropAnywhere() {
  const engagementId = useEngagement()?.id;
  const [, navigate] = useLocation();
  const [held, setHeld] = useState(0);

  // Before the first paint: what can be seen can be dropped on.
  useLayoutEffect(() => {
    const open = (ids: readonly string[]): void => {
      const first = ids[0];
      if (first !== undefined) navigate(ids.length === 1 ? `/intake/${first}` : '/intake');
    };
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => {
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
      setHeld(event.dataTransfer?.items.length ?? 1);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setHeld(0);
    };
    const drop = (event: DragEvent): void => {
      setHeld(0);
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      navigate('/intake');
      void takeFiles(files, engagementId).then(open);
    };
    const paste = (event: ClipboardEvent): void => {
      if (event.defaultPrevented || isTextField(event.target) || document.querySelector('[aria-modal="true"]')) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (files.length === 0 && text.trim() === '') return;
      event.preventDefault();
      navigate('/intake');
      const picture = files[0];
      if (files.length === 1 && picture?.type.startsWith('image/'))
        void takePicture(picture, engagementId).then((id) => open(id === undefined ? [] : [id]));
      else if (files.length > 0) void takeFiles(files, engagementId).then(open);
      else void takeText(text, engagementId).then((id) => open(id === undefined ? [] : [id]));
    };
    // On `document`: the guard on `window` refuses what nobody took before it.
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    window.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
      window.removeEventListener('paste', paste);
    };
  }, [engagementId, navigate]);

  if (held === 0) return null;
  return (
    <div className="drop-target">
      <IconFileImport size={28} stroke={1.5} aria-hidden="true" />
      <h2>{plural(held, 'file')} into Intake</h2>
      <p>Read on this machine, stored neutralised. Nothing is sent.</p>
    </div>
  );
}
