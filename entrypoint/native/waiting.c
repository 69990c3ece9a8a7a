// What wakes the entrypoint: descriptors that become ready, directories that change, signals.
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "native.h"

// poll(descriptors, milliseconds) → those that are readable or at their end; a negative time means no limit. What was
// decided ahead is done first (ahead.c).
DEFINE(poll) {
  JSValue length = JS_GetPropertyStr(ctx, argv[0], "length");
  int count = int_get(ctx, length), ready = 0;
  struct pollfd *set = js_malloc(ctx, (count + 1) * sizeof *set);
  JS_FreeValue(ctx, length);
  if (!set) return JS_EXCEPTION;
  for (int i = 0; i < count; i++) set[i] = (struct pollfd){.fd = int_at(ctx, argv[0], i), .events = POLLIN};
  int result = poll(set, count, int_get(ctx, argv[1]));
  if (result > 0) ahead_make();
  JSValue failure = outcome(ctx, result);
  JSValue list = result < 0 ? failure : JS_NewArray(ctx);
  for (int i = 0; i < count && result > 0; i++) {
    if (set[i].revents) JS_SetPropertyUint32(ctx, list, ready++, JS_NewInt32(ctx, set[i].fd));
  }
  js_free(ctx, set);
  return list;
}

// loop(turn): runs what is due, then calls `turn` (which waits), until the process exits or something throws
DEFINE(loop) {
  for (;;) {
    JSContext *job;
    int ran;
    while ((ran = JS_ExecutePendingJob(JS_GetRuntime(ctx), &job)) > 0) continue;
    if (ran < 0) return JS_EXCEPTION;
    JSValue result = JS_Call(ctx, argv[0], JS_UNDEFINED, 0, NULL);
    if (JS_IsException(result)) return result;
    JS_FreeValue(ctx, result);
  }
}

// now() → milliseconds since 1970; ticks() → milliseconds of a clock that never jumps
static JSValue milliseconds(JSContext *ctx, clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return JS_NewFloat64(ctx, time.tv_sec * 1e3 + time.tv_nsec / 1e6);
}
DEFINE(now) { return milliseconds(ctx, CLOCK_REALTIME); }
DEFINE(ticks) { return milliseconds(ctx, CLOCK_MONOTONIC); }

// inotifyInit() → descriptor, not blocking
DEFINE(inotifyInit) { return outcome(ctx, inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

// inotifyAdd(descriptor, directory) → watch of what appears, changes or goes away there
DEFINE(inotifyAdd) {
  const uint32_t mask = IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
  const char *path = text(ctx, argv[1]);
  if (!path) return JS_EXCEPTION;
  JSValue result = outcome(ctx, inotify_add_watch(int_get(ctx, argv[0]), path, mask));
  JS_FreeCString(ctx, path);
  return result;
}

DEFINE(inotifyRemove) { return outcome(ctx, inotify_rm_watch(int_get(ctx, argv[0]), int_get(ctx, argv[1]))); }

// signals() → descriptor that tells of every blocked signal (all are, from the start: processes.c)
DEFINE(signals) {
  const uint64_t all = ~0ull;
  return outcome(ctx, syscall(SYS_signalfd4, -1, &all, sizeof all, SFD_CLOEXEC | SFD_NONBLOCK));
}

// readSignals(descriptor) → numbers of the signals that came, oldest first
DEFINE(readSignals) {
  struct signalfd_siginfo came[32];
  int32_t numbers[32];
  ssize_t size = read(int_get(ctx, argv[0]), came, sizeof came);
  int count = size < 0 ? 0 : (int)(size / sizeof came[0]);
  for (int i = 0; i < count; i++) numbers[i] = (int32_t)came[i].ssi_signo;
  return int_list(ctx, numbers, count);
}

static const JSCFunctionListEntry functions[] = {
    FUNCTION(poll, 2),        FUNCTION(loop, 1),       FUNCTION(now, 0),     FUNCTION(ticks, 0),
    FUNCTION(inotifyInit, 0), FUNCTION(inotifyAdd, 2), FUNCTION(inotifyRemove, 2), FUNCTION(signals, 0), FUNCTION(readSignals, 1),
};
const struct table wait_functions = {functions, COUNT(functions)};
