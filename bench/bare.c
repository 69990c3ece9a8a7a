// The least that a step can be, to measure against: waits for a file with inotify, runs a command, creates a file.
// bare WAIT_FILE POST_FILE COMMAND [ARGUMENT…]; no signals, no reaping, no record, no liveness, nothing atomic.
// It never closes the watch: that takes the kernel milliseconds, which a baseline must not spend.
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

static void wait_for(const char *path) {
  char copy[4096], events[4096];
  int watch = inotify_init1(IN_CLOEXEC);
  inotify_add_watch(watch, dirname(strncpy(copy, path, sizeof copy - 1)), IN_CREATE | IN_MOVED_TO);
  while (access(path, F_OK) != 0) {
    if (read(watch, events, sizeof events) < 0) _exit(125);
  }
}

int main(int argc, char **argv) {
  int status = 0;
  if (argc < 4) return 2;
  wait_for(argv[1]);
  pid_t child = vfork();
  if (child == 0) {
    execvp(argv[3], argv + 3);
    _exit(127);
  }
  waitpid(child, &status, 0);
  close(open(argv[2], O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  return WEXITSTATUS(status);
}
