import type { Clock } from '../ports.ts';

/** Where the ticks stood when the wall clock was last believed. */
export interface Anchor {
  tick: number;
  /** UTC milliseconds. */
  wall: number;
  boot: string;
  uptime: number;
  jumpedTick: number | null;
}

export interface SteadyMoment {
  /** Milliseconds on an axis that only goes forward, as fast as time passes. */
  tick: number;
  /** UTC milliseconds by the ticks: the wall clock without its small steps. */
  wall: number;
  /** What to add to `wall` for a time of the wall clock as it is now. */
  skew: number;
  /** When the wall clock last jumped. */
  jumpedTick: number | null;
}

export interface TimeStore {
  anchor(): Anchor | undefined;
  putAnchor(anchor: Anchor): void;
  /** Of the newest entry in the ledger; 0 when there is none. */
  lastTick(): number;
}

/** A step of the wall clock below this is an ordinary correction and is not followed, so that it cannot repeat a midnight. */
const TOLERATED_STEP_MS = 2 * 60_000;

interface Origin {
  tick: number;
  monotonic: number;
  uptime: number;
  wall: number;
}

/**
 * Time as it passes, for a ledger that must not gain when somebody (or a flat battery) sets the clock. Within one start
 * of the machine the uptime says how much passed, sleep included, also from one run of Osmia to the next. Over a restart
 * of the machine the wall clock is all there is: it is believed forwards, never backwards.
 */
export function createSteadyTime(deps: { store: TimeStore; clock: Clock }): { read(now: number): SteadyMoment } {
  const { store, clock } = deps;
  let origin: Origin | undefined;
  let highestWall = 0;

  const passedSince = (from: Origin, monotonic: number, uptime: number): number =>
    clock.uptime === undefined
      ? Math.max(monotonic - from.monotonic, highestWall - from.wall)
      : Math.max(monotonic - from.monotonic, uptime - from.uptime);

  return {
    read(now) {
      const monotonic = clock.monotonic();
      const { boot, ms: uptime } = clock.uptime?.() ?? { boot: '', ms: 0 };
      highestWall = Math.max(highestWall, now);
      const restart = (tick: number): void => {
        origin = { tick, monotonic, uptime, wall: highestWall };
      };
      const anchor = store.anchor();
      if (anchor === undefined) {
        store.putAnchor({ tick: now, wall: now, boot, uptime: Math.floor(uptime), jumpedTick: null });
        restart(now);
        return { tick: now, wall: now, skew: 0, jumpedTick: null };
      }
      const wallOf = (tick: number): number => anchor.wall + (tick - anchor.tick);
      const floor = Math.max(anchor.tick, store.lastTick());
      const isSameStart = boot !== '' && boot === anchor.boot;
      let tick: number;
      if (origin === undefined) {
        const passed = isSameStart ? uptime - anchor.uptime - (floor - anchor.tick) : now - wallOf(floor);
        tick = Math.floor(floor + Math.max(0, passed));
        restart(tick);
      } else {
        tick = Math.max(floor, Math.floor(origin.tick + Math.max(0, passedSince(origin, monotonic, uptime))));
      }
      const wall = wallOf(tick);
      const step = now - wall;
      if (Math.abs(step) > TOLERATED_STEP_MS) {
        store.putAnchor({ tick, wall: now, boot, uptime: Math.floor(uptime), jumpedTick: tick });
        restart(tick);
        return { tick, wall: now, skew: 0, jumpedTick: tick };
      }
      if (!isSameStart && boot !== anchor.boot) {
        store.putAnchor({ tick, wall, boot, uptime: Math.floor(uptime), jumpedTick: anchor.jumpedTick });
        restart(tick);
      }
      return { tick, wall, skew: step, jumpedTick: anchor.jumpedTick };
    },
  };
}
