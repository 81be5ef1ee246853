/** Main → core process. Every message may carry ports. */
export type ToCore =
  | { type: 'start'; workspaceDir: string; version: string; nodePath: string; bundledRoot: string }
  | { type: 'window' }
  | { type: 'grant'; token: string; path: string }
  | { type: 'close' };

/** Core process → main. */
export type FromCore =
  | { type: 'ready' }
  | { type: 'closed' }
  /** It cannot start and trying again will not help; `message` is for the user. */
  | { type: 'fatal'; message: string };
