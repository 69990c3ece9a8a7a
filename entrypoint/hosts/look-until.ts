// What `until` promises, for hosts that have something which rings when it may be time to look again.

import { type Cancel, Interrupted, type LifeOf } from "../host.ts";

export interface Alarm {
  /** Looks now; to be called once, and from then on the alarm calls by itself. */
  ring(): void;
  close(): void;
}

/** `arm` is handed the look: true where it was the last one. */
export function lookUntil<T>(
  look: (lifeOf: LifeOf) => T | undefined,
  cancel: Cancel,
  arm: (lookNow: (lifeOf: LifeOf) => boolean) => Alarm,
): Promise<T> {
  if (cancel.fired) return Promise.reject(new Interrupted());
  return new Promise((settle, reject) => {
    const finish = (end: () => void) => {
      alarm.close();
      forget();
      end();
    };
    const lookNow = (lifeOf: LifeOf) => {
      try {
        const found = look(lifeOf);
        if (found !== undefined) finish(() => settle(found));
        return found !== undefined;
      } catch (error) {
        finish(() => reject(error));
        return true;
      }
    };
    const alarm = arm(lookNow);
    const forget = cancel.onFire(() => finish(() => reject(new Interrupted())));
    alarm.ring();
  });
}
