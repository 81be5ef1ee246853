import { IconPlugConnectedX } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { Button, Empty } from './controls.tsx';

interface State {
  isBroken: boolean;
}

/** A screen that cannot be drawn says so; the frame around it, and everything saved, stay. */
export class Boundary extends Component<{ children: ReactNode }, State> {
  override state: State = { isBroken: false };

  static getDerivedStateFromError(): State {
    return { isBroken: true };
  }

  override componentDidMount(): void {
    window.addEventListener('hashchange', this.#leave);
  }

  override componentWillUnmount(): void {
    window.removeEventListener('hashchange', this.#leave);
  }

  /** Another screen may be fine. */
  readonly #leave = (): void => this.setState({ isBroken: false });

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return (
      <Empty
        icon={IconPlugConnectedX}
        title="This screen could not be drawn"
        actions={<Button onClick={() => this.setState({ isBroken: false })}>Draw it again</Button>}
      >
        Osmia hit a bug in the window. Nothing that was saved is lost. Try again, or go to another screen.
      </Empty>
    );
  }
}
