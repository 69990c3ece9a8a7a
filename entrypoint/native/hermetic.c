// Starting a command in namespaces of its own: users, mounts, processes, and a network of nothing but a loopback that is down.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native.h"

enum { HERMETIC = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET };

static int write_file(pid_t process, const char *name, const char *content, int length) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", process, name);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  ssize_t written = file < 0 ? -1 : write(file, content, length);
  if (file >= 0) close(file);
  return written < 0 ? -1 : 0;
}

// Writes the child's id map `name`: every id that exists here, as itself.
static int map_same(pid_t child, const char *name) {
  char path[64], map[4096];
  unsigned first, outside, count;
  int length = 0;
  snprintf(path, sizeof path, "/proc/self/%s", name);
  FILE *own = fopen(path, "re");
  while (own && length < (int)sizeof map - 64 && fscanf(own, "%u %u %u", &first, &outside, &count) == 3) {
    length += snprintf(map + length, sizeof map - length, "%u %u %u\n", first, first, count);
  }
  if (own) fclose(own);
  return write_file(child, name, map, length);
}

static int map_one(pid_t child, const char *name, unsigned id) {
  char map[64];
  return write_file(child, name, map, snprintf(map, sizeof map, "%u %u 1\n", id, id));
}

// All ids; without the privilege for that, the own ones alone, and then no change of groups.
static int map_ids(pid_t child) {
  if (map_same(child, "uid_map") == 0) return map_same(child, "gid_map");
  if (write_file(child, "setgroups", "deny", 4) < 0 || map_one(child, "uid_map", geteuid()) < 0) return -1;
  return map_one(child, "gid_map", getegid());
}

// The first process of a process namespace ignores signals that it has no handler for: were it the command, TERM would
// do nothing. So this one stays the first, in the command's group, and ends as the command did (128+n for a signal).
static void be_init(struct command *command) {
  int status = 0;
  command->terminal = 0;
  command->grouped = 1;
  pid_t child = command_start(command), ended;
  keep_only(NULL, 0);
  while ((ended = waitpid(-1, &status, 0)) != child && (ended >= 0 || errno == EINTR)) continue;
  _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

// In namespaces of its own. The child waits for a byte, which comes when its ids are mapped.
pid_t command_start_hermetic(struct command *command) {
  int go[2], error = 0;
  if (pipe2(go, O_CLOEXEC) < 0) return -1;
  // The child's id maps are files of its own, which are root's where it is not dumpable.
  int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD | HERMETIC, 0, 0, 0, 0);
  if (child == 0) {
    char byte;
    close(go[1]);
    int is_mapped = read(go[0], &byte, 1) == 1;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (is_mapped) be_init(command);
    _exit(127);
  }
  prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
  if (child < 0 || map_ids(child) < 0) error = errno;
  if (error == 0) {
    setpgid(child, child);
    if (command->terminal) ioctl(0, TIOCSPGRP, &child);
    (void)!write(go[1], "", 1);
  }
  close(go[0]);
  close(go[1]);
  if (error && child > 0) waitpid(child, NULL, 0);
  errno = error;
  return error ? -1 : child;
}
