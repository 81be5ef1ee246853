/** The nonce that the host put into the page for this load; style elements need it under our policy. */
export const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="osmia-nonce"]')?.content ?? '';
