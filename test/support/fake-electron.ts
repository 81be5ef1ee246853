import { EventEmitter } from 'node:events';
import type { IpcMain, MessagePortMain, UtilityProcess } from 'electron';
import type { FromCore, ToCore } from '../../src/main/control-messages.ts';

/** A utility process that records what it is sent. Only what src/main uses. */
export class FakeUtilityProcess extends EventEmitter {
  readonly sent: { message: ToCore; ports: number }[] = [];
  isKilled = false;

  postMessage(message: ToCore, ports: MessagePortMain[] = []): void {
    this.sent.push({ message, ports: ports.length });
  }

  kill(): boolean {
    this.isKilled = true;
    return true;
  }

  says(message: FromCore): void {
    this.emit('message', message);
  }

  asElectron(): UtilityProcess {
    return this as unknown as UtilityProcess;
  }
}

export interface FakeFrame {
  url: string;
  parent: FakeFrame | null;
}

/** ipcMain: `invoke` plays a renderer with a frame of our choice. */
export class FakeIpcMain {
  private readonly handlers = new Map<string, (event: unknown, argument: unknown) => unknown>();
  private readonly listeners = new Map<string, (event: unknown) => void>();

  handle(channel: string, handler: (event: never, ...args: never[]) => unknown): void {
    this.handlers.set(channel, handler as (event: unknown, argument: unknown) => unknown);
  }

  on(channel: string, listener: (event: never, ...args: never[]) => void): this {
    this.listeners.set(channel, listener as unknown as (event: unknown) => void);
    return this;
  }

  get channels(): string[] {
    return [...this.handlers.keys()];
  }

  async invoke(channel: string, senderFrame: FakeFrame | null, argument?: unknown): Promise<unknown> {
    return this.handlers.get(channel)!({ senderFrame, sender: { id: 1 } }, argument);
  }

  send(channel: string, senderFrame: FakeFrame | null): void {
    this.listeners.get(channel)!({ senderFrame, sender: { id: 1 } });
  }

  asElectron(): IpcMain {
    return this as unknown as IpcMain;
  }
}
