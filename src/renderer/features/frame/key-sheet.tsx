import { Modal } from '@mantine/core';
import { useMemo } from 'react';
import { frameStore, useFrame } from '../../state/frame-store.ts';
import { capsOf, type KeyMeaning, keysOf } from '../../ui/commands.ts';
import { Kbd } from '../../ui/kbd.tsx';

/** Keys that the browser's own events carry, so that no binding says them. */
const BY_ITSELF: readonly KeyMeaning[] = [
  { keys: 'mod+v', meaning: 'Paste text or a picture into Intake' },
  { keys: 'shift+F10', meaning: 'Menu of the row' },
];

/** Arrows do what J and K do; said once. */
const isRepeated = ({ keys }: KeyMeaning): boolean => keys === 'ArrowDown' || keys === 'ArrowUp';

/** `?`: what every key does now, drawn from the bindings themselves, so that it cannot say what is not so. */
export function KeySheet() {
  const isOpen = useFrame((frame) => frame.isKeySheetOpen);
  const close = (): void => frameStore.getState().setKeySheet(false);
  const groups = useMemo(() => {
    if (!isOpen) return [];
    const here = keysOf('screen').filter((key) => !isRepeated(key));
    const known = new Set(here.map(({ keys }) => keys));
    return [
      { title: 'On this screen', keys: here },
      { title: 'Everywhere', keys: [...keysOf('everywhere'), ...BY_ITSELF].filter(({ keys }) => !known.has(keys)) },
    ].filter(({ keys }) => keys.length > 0);
  }, [isOpen]);
  return (
    <Modal opened={isOpen} onClose={close} title="Keys" size="lg">
      <div className="key-sheet">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="f11 t3 m">{group.title}</h3>
            <dl>
              {group.keys.map(({ keys, meaning }) => (
                <div className="row" key={keys}>
                  <dt className="row tight">
                    <Kbd keys={capsOf(keys)} />
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
