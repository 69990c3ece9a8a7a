// A process that copies a stream to two places, so that the one that waits for signals and children never blocks.
// It shares nothing with its parent but these descriptors: its own pipe `control` ends when the parent closes it or dies.
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "native.h"

// What a pipe holds. More is slower: a larger pipe and chunk no longer fit the processor's caches.
enum { CHUNK = 1 << 16 };

static int copy_stream(int from, int to, int copy, int control);

int pump_start(int from, int to, int copy, int control) {
  pid_t child = fork();
  if (child != 0) return child;
  keep_only((const int[]){from, to, copy, control}, 4);
  _exit(copy_stream(from, to, copy, control));
}

// --- Internal helpers ---

void keep_only(const int *kept, int count) {
  for (unsigned from = 0, next; ; from = next + 1) {
    next = ~0u;
    for (int i = 0; i < count; i++) {
      if ((unsigned)kept[i] >= from && (unsigned)kept[i] < next) next = kept[i];
    }
    if (next > from && syscall(SYS_close_range, from, next - (next != ~0u), 0) < 0) {
      for (unsigned one = from; one < next && one < 4096; one++) close((int)one);
    }
    if (next == ~0u) return;
  }
}

static int write_all(int to, const char *bytes, ssize_t count) {
  while (count > 0) {
    ssize_t written = write(to, bytes, count);
    if (written < 0 && errno != EINTR) return errno;
    if (written < 0) continue;
    bytes += written;
    count -= written;
  }
  return 0;
}

// A place that fails is left alone from then on; the command goes on as long as one of the two takes its output.
static int copy_stream(int from, int to, int copy, int control) {
  char *chunk = malloc(CHUNK);
  struct pollfd set[] = {{.fd = from, .events = POLLIN}, {.fd = control, .events = POLLIN}};
  int left = -1, to_error = 0, copy_error = 0;  // left: bytes to copy once the command has ended
  if (!chunk) return ENOMEM;
  while (left != 0 && !(to_error && copy_error)) {
    if (poll(set, 2, -1) < 0) continue;
    if (set[1].revents) {
      set[1].fd = -1;
      if (ioctl(from, FIONREAD, &left) < 0 || left == 0) break;
    }
    ssize_t got = read(from, chunk, left > 0 && left < CHUNK ? left : CHUNK);
    if (got <= 0) break;
    if (!to_error) to_error = write_all(to, chunk, got);
    if (!copy_error) copy_error = write_all(copy, chunk, got);
    if (left > 0) left -= (int)got;
  }
  return copy_error;
}
