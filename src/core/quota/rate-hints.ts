/** What one service said about its limits in one answer. */
export interface RateHints {
  /** It refused for want of quota: status 429, or the words for it. */
  isRefused: boolean;
  /** Do not ask before: milliseconds from the answer. */
  retryAfterMs: number | null;
  limits: readonly RateHint[];
}

export interface RateHint {
  /** Where the service names the window, or its length tells. */
  window: 'minute' | 'hour' | 'day' | 'month' | null;
  /** Units in a window, where it said. */
  limit: number | null;
  /** Units left, where it said. */
  remaining: number | null;
  /** Milliseconds from the answer until the window is new, where it said. */
  resetMs: number | null;
}
