import type { OsmiaContract } from '../../shared/contract/contract.ts';
import type { workspaceContract } from '../../shared/contract/workspace.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { Db } from '../db/open.ts';
import type { EngineOptions } from '../engine/engine.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { CallContext, Clock, Logger } from '../ports.ts';
import type { SecretKeeping } from '../secrets/secret-vault.ts';

/** Every call that needs an open workspace. */
export type SessionContract = Omit<OsmiaContract, keyof typeof workspaceContract>;

export interface IncomingStream {
  engagementId?: string;
  name: string;
  origin: 'file' | 'text' | 'image';
  size?: number;
  stream: AsyncIterable<Uint8Array>;
}

/** All features over one open workspace, from unlock to lock. */
export interface Session {
  handlers: Handlers<SessionContract, CallContext>;
  /** Resolves with the id of the intake. */
  ingestStream(input: IncomingStream, signal?: AbortSignal): Promise<string>;
  busy(): { running: number };
  /** Parks or cancels what runs; nothing touches the database afterwards. */
  close(): Promise<void>;
}

export interface SessionDeps {
  db: Db;
  dir: string;
  blobs: BlobStore;
  clock: Clock;
  logger: Logger;
  osmiaVersion: string;
  engine: EngineOptions;
  onLockRequested(): void;
  secrets: SecretKeeping;
  /** For the doctor; absent where nothing is known of a keychain. */
  keychain?(): { isUsable: boolean; reason: string };
}
