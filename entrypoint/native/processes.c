// Processes: starting a command, reaping whatever ends, and copying a stream at pipe speed.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native.h"

static uint64_t inherited_mask;

// The kernel's own call: a C library keeps some real-time signals to itself, which must be passed on like any other.
static void set_mask(uint64_t mask, uint64_t *old) {
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, old, sizeof mask);
}

// Before anything else runs, so that no signal is lost or kills the process before it can say so. What the parent
// ignores (nohup) stays ignored for commands; here a blocked signal is seen all the same. Only an ignored SIGCHLD
// would reap children unseen.
__attribute__((constructor)) static void block_signals(void) {
  set_mask(~0ull, &inherited_mask);
  signal(SIGCHLD, SIG_DFL);
}

// --- Starting a command ---

enum { HERMETIC = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET };

struct command {
  struct words files, argv, environment;
  int descriptors[3];
  int grouped;    // its process group is made already
  int terminal;   // standard input is one: it is given to the command
  int report[2];  // a pipe that ends when the command is executed, or brings the errno of why it was not
};

// In the child: never returns. Files are tried in turn, as execvp does along PATH.
static void become(struct command *command) {
  int error = ENOENT;
  pid_t self = getpid();
  if (!command->grouped) setpgid(0, 0);
  if (command->terminal) ioctl(0, TIOCSPGRP, &self);
  for (int i = 0; i < 3; i++) {
    if (command->descriptors[i] != i) dup2(command->descriptors[i], i);
  }
  set_mask(inherited_mask, NULL);
  for (char **file = command->files.list; *file; file++) {
    execve(*file, command->argv.list, command->environment.list);
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
  }
  (void)!write(command->report[1], &error, sizeof error);
  _exit(127);
}

// The parent sleeps until the child has become the command, and shares its memory until then: no page is copied.
// (An emulator may fork instead, which is why the child reports through a pipe and not through memory.)
static pid_t start(struct command *command) {
  pid_t child = vfork();
  if (child == 0) become(command);
  return child;
}

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
  pid_t child = start(command), ended;
  keep_only(NULL, 0);
  while ((ended = waitpid(-1, &status, 0)) != child && (ended >= 0 || errno == EINTR)) continue;
  _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

// In namespaces of its own. The child waits for a byte, which comes when its ids are mapped.
static pid_t start_hermetic(struct command *command) {
  int go[2], error = 0;
  if (pipe2(go, O_CLOEXEC) < 0) return -1;
  pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD | HERMETIC, 0, 0, 0, 0);
  if (child == 0) {
    char byte;
    close(go[1]);
    if (read(go[0], &byte, 1) == 1) be_init(command);
    _exit(127);
  }
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

// Gives the pid of a running command, or -1 and errno; then there is no process left.
static pid_t run(struct command *command, int hermetic) {
  int error = 0;
  if (pipe2(command->report, O_CLOEXEC) < 0) return -1;
  pid_t child = hermetic ? start_hermetic(command) : start(command);
  if (child < 0) error = errno;
  close(command->report[1]);
  if (child > 0 && read(command->report[0], &error, sizeof error) > 0) waitpid(child, NULL, 0);
  close(command->report[0]);
  errno = error;
  return error ? -1 : child;
}

// spawn(files, argv, environment, [in, out, err], hermetic) → pid; standard input is passed on only where it is a terminal
DEFINE(spawn) {
  struct command command = {0};
  pid_t child = -1;
  errno = ENOMEM;
  for (int i = 0; i < 3; i++) command.descriptors[i] = int_at(ctx, argv[3], i);
  command.terminal = command.descriptors[0] == 0;
  if (words_get(ctx, argv[0], &command.files) < 0) return outcome(ctx, -1);
  if (words_get(ctx, argv[1], &command.argv) == 0) {
    if (words_get(ctx, argv[2], &command.environment) == 0) {
      child = run(&command, JS_ToBool(ctx, argv[4]));
      words_free(ctx, &command.environment);
    }
    words_free(ctx, &command.argv);
  }
  JSValue result = outcome(ctx, child);
  words_free(ctx, &command.files);
  return result;
}

// --- Ending and reaping ---

// wait() → [pid, wait status] of a child that ended, own or adopted; 0 where none has
DEFINE(wait) {
  int status = 0;
  pid_t child = waitpid(-1, &status, WNOHANG);
  if (child <= 0) return outcome(ctx, child);
  return int_list(ctx, (const int32_t[]){child, status}, 2);
}

DEFINE(kill) { return outcome(ctx, kill(int_get(ctx, argv[0]), int_get(ctx, argv[1]))); }
DEFINE(getpid) { return outcome(ctx, getpid()); }
// subreaper(): orphans below this process become its children
DEFINE(subreaper) { return outcome(ctx, prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }
// exit(code): at once; nothing here is buffered
DEFINE(exit) { _exit(int_get(ctx, argv[0])); }
// pipe() → [read end, write end]
DEFINE(pipe) {
  int ends[2];
  return pipe2(ends, O_CLOEXEC) < 0 ? outcome(ctx, -1) : int_list(ctx, ends, 2);
}
// machine() → the kernel's word for the processor
DEFINE(machine) {
  struct utsname name;
  uname(&name);
  return JS_NewString(ctx, name.machine);
}
// pump(from, to, copy, control) → pid of a process that copies `from` to both (pump.c)
DEFINE(pump) {
  return outcome(ctx, pump_start(int_get(ctx, argv[0]), int_get(ctx, argv[1]), int_get(ctx, argv[2]), int_get(ctx, argv[3])));
}

static const JSCFunctionListEntry functions[] = {
    FUNCTION(spawn, 5), FUNCTION(wait, 0), FUNCTION(kill, 2), FUNCTION(getpid, 0), FUNCTION(subreaper, 0),
    FUNCTION(exit, 1),  FUNCTION(pipe, 0), FUNCTION(pump, 4), FUNCTION(machine, 0),
};
const struct table process_functions = {functions, COUNT(functions)};
