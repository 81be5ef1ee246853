import { Modal } from '@mantine/core';
import { Kbd } from '../../ui/kbd.tsx';
import { frameStore, useFrame } from '../../state/frame-store.ts';

const GROUPS: readonly { title: string; keys: readonly (readonly [readonly string[], string])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [['Ctrl', 'K'], 'Search or run a command'],
      [['Ctrl', 'V'], 'Paste text or a picture into Intake'],
      [['Ctrl', 'Enter'], 'The primary action'],
      [['Ctrl', '1…4'], 'Intake, Cases, Observables, Jobs'],
      [['Ctrl', 'Z'], 'Undo'],
      [['Ctrl', 'Shift', 'Z'], 'Redo'],
      [['Ctrl', 'B'], 'Show or hide the rail'],
      [['F6'], 'Next pane'],
      [['/'], 'Filter'],
      [['Esc'], 'Back out one level'],
      [['?'], 'This sheet'],
    ],
  },
  {
    title: 'In a grid',
    keys: [
      [['J', 'K'], 'Down, up (arrows too)'],
      [['X'], 'Select (Shift X: from the last one)'],
      [['Space'], 'Preview'],
      [['Enter'], 'Open'],
      [['R'], 'Analyse…'],
      [['I'], 'IOC on or off'],
      [['S'], 'Sighted on or off'],
      [['N'], 'New'],
      [['Ctrl', 'C'], 'Copy defanged'],
      [['Ctrl', 'Shift', 'C'], 'Copy the original'],
    ],
  },
  {
    title: 'Intake',
    keys: [
      [['A'], 'Accept'],
      [['X'], 'Skip'],
      [['U'], 'Back to undecided'],
      [['T'], 'Change type'],
      [['G'], 'Go to its next place'],
      [['Shift', 'A'], 'Accept the group'],
      [['Ctrl', 'Enter'], 'Add to the case'],
    ],
  },
  {
    title: 'Case and report',
    keys: [
      [['E'], 'Edit the selection, or the note'],
      [['Shift', 'E'], 'Edit the title of the case'],
      [['F'], 'Star'],
      [['I'], 'Import the chosen artifacts'],
      [['['], 'Earlier report'],
      [[']'], 'Later report'],
    ],
  },
];

export function KeySheet() {
  const isOpen = useFrame((frame) => frame.isKeySheetOpen);
  const close = (): void => frameStore.getState().setKeySheet(false);
  return (
    <Modal opened={isOpen} onClose={close} title="Keys" size="lg">
      <div className="key-sheet">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3 className="f11 t3 m">{group.title}</h3>
            <dl>
              {group.keys.map(([keys, meaning]) => (
                <div className="row" key={meaning}>
                  <dt className="row tight">
                    <Kbd keys={keys} />
                  </dt>
                  <dd className="f12">{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
