// The least that a step can be, to measure against: shows that it lives, waits for a file, runs a command, creates a file.
// bare WAIT_FILE POST_FILE COMMAND [ARGUMENT…]; no signals, no reaping, no record, nothing but the life line.
// As the entrypoint does it: a unix socket beside the post file, whose end wakes whoever waits. Where nobody is there yet (the
// first step), it is inotify, and the watch is never closed: that takes the kernel milliseconds.
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int call(int (*what)(int, const struct sockaddr *, socklen_t), const char *file, const char *end) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s%s", file, end);
  if (what(line, (struct sockaddr *)&address, sizeof address) == 0) return line;
  int error = errno;
  close(line);
  errno = error;
  return -1;
}

static void hold(const char *post) {
  char made[4096], name[4096];
  int line = call(bind, post, ".new");
  listen(line, 4096);
  snprintf(made, sizeof made, "%s.new", post);
  snprintf(name, sizeof name, "%s.alive", post);
  rename(made, name);
}

static void wait_for(const char *path) {
  char copy[4096] = "", events[4096], byte;
  int line = call(connect, path, ".alive");
  if (line < 0 && errno == ENOENT) {
    int watch = inotify_init1(IN_CLOEXEC);
    inotify_add_watch(watch, dirname(strncpy(copy, path, sizeof copy - 1)), IN_CREATE | IN_MOVED_TO);
    while (access(path, F_OK) != 0 && (line = call(connect, path, ".alive")) < 0) {
      if (read(watch, events, sizeof events) < 0) _exit(125);
    }
  }
  if (line >= 0) (void)!read(line, &byte, 1);
  if (access(path, F_OK) != 0) _exit(1);
}

int main(int argc, char **argv) {
  int status = 0;
  if (argc < 4) return 2;
  hold(argv[2]);
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
