import { notifications } from '@mantine/notifications';
import { IconCheck } from '@tabler/icons-react';

const SHOWN_MS = 6_000;

/** Past tense, with a way back where there is one. Never for an error that needs work. */
export function toast(message: string, action?: { label: string; run(): void }): void {
  const id = notifications.show({
    autoClose: SHOWN_MS,
    message: (
      <span className="row">
        <IconCheck size={15} stroke={1.75} aria-hidden="true" />
        <span className="grow breaks">{message}</span>
        {action && (
          <button
            type="button"
            className="lnk m"
            onClick={() => {
              notifications.hide(id);
              action.run();
            }}
          >
            {action.label}
          </button>
        )}
      </span>
    ),
  });
}
