/** Where the filtering proxy's socket is seen by a program inside a namespace. */
export const PROXY_MOUNT = '/run/osmia-proxy';

/** Where the forwarder listens inside a namespace; nothing else is there. */
export const FORWARDER_PORT = 3_128;
