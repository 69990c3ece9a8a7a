// Processes: starting a command, reaping whatever ends, and copying a stream at pipe speed.
#include <fcntl.h>
#include <signal.h>
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

static void command_close(struct command *command, int end);

// --- Starting a command ---

// In the child: never returns. Files are tried in turn, as execvp does along PATH.
static void become(struct command *command) {
  int error = ENOENT;
  if (!command->grouped) setpgid(0, 0);
  if (command->terminal) ioctl(0, TIOCSPGRP, &(pid_t){getpid()});
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
pid_t command_start(struct command *command) {
  pid_t child = vfork();
  if (child == 0) become(command);
  return child;
}

// Gives the pid of a running command, or -1 and errno; then there is no process left.
pid_t command_run(struct command *command) {
  int error = 0;
  pid_t child = command->hermetic ? command_start_hermetic(command) : command_start(command);
  if (child < 0) error = errno;
  command_close(command, 1);
  if (child > 0 && read(command->report[0], &error, sizeof error) > 0) waitpid(child, NULL, 0);
  command_close(command, 0);
  errno = error;
  return command->child = error ? -1 : child;
}

static void command_close(struct command *command, int end) {
  if (command->report[end] > 0) close(command->report[end]);
  command->report[end] = 0;
}

void command_free(JSContext *ctx, struct command *command) {
  struct words *all[] = {&command->files, &command->argv, &command->environment};
  for (int i = 0; i < COUNT(all); i++) {
    if (all[i]->list) words_free(ctx, all[i]);
  }
  command_close(command, 0);
  command_close(command, 1);
}

// From files, argv, environment, [in, out, err]. On failure errno, and nothing to be freed.
int command_get(JSContext *ctx, struct command *command, JSValueConst *argv) {
  *command = (struct command){0};
  for (int i = 0; i < 3; i++) command->descriptors[i] = int_at(ctx, argv[3], i);
  command->terminal = command->descriptors[0] == 0;
  errno = ENOMEM;
  if (words_get(ctx, argv[0], &command->files) == 0 && words_get(ctx, argv[1], &command->argv) == 0 &&
      words_get(ctx, argv[2], &command->environment) == 0 && pipe2(command->report, O_CLOEXEC) == 0) {
    return 0;
  }
  int error = errno;
  command_free(ctx, command);
  errno = error;
  return -1;
}

// spawn(files, argv, environment, [in, out, err], hermetic) → pid; standard input is passed on only where it is a terminal
DEFINE(spawn) {
  struct command command;
  if (command_get(ctx, &command, argv) < 0) return outcome(ctx, -1);
  command.hermetic = JS_ToBool(ctx, argv[4]);
  JSValue result = outcome(ctx, command_run(&command));
  command_free(ctx, &command);
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

// hasChildren() → -ECHILD where there are none, ended or not; none is reaped
DEFINE(hasChildren) {
  siginfo_t info;
  return outcome(ctx, waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT));
}

DEFINE(kill) { return outcome(ctx, kill(int_get(ctx, argv[0]), int_get(ctx, argv[1]))); }
DEFINE(getpid) { return outcome(ctx, getpid()); }
// subreaper(): orphans below this process become its children
DEFINE(subreaper) { return outcome(ctx, prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }
// protect(): nobody but the kernel and a tracer of everything looks into this process (hermetic.c has an exception)
DEFINE(protect) { return outcome(ctx, prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)); }
// confine(): from now on no abstract socket that others have made, for this process and all below it (landlock(7), Linux 6.12)
DEFINE(confine) {
  // As the kernel has them: its headers may be older.
  enum { CREATE_RULESET = 444, RESTRICT_SELF = 446, SCOPE_ABSTRACT_UNIX_SOCKET = 1 };
  struct { uint64_t files, network, scoped; } rules = {.scoped = SCOPE_ABSTRACT_UNIX_SOCKET};
  int ruleset = (int)syscall(CREATE_RULESET, &rules, sizeof rules, 0);
  if (ruleset < 0) return outcome(ctx, -1);
  int failed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(RESTRICT_SELF, ruleset, 0) < 0;
  int error = errno;
  close(ruleset);
  errno = error;
  return outcome(ctx, failed ? -1 : 0);
}
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
    FUNCTION(spawn, 5), FUNCTION(wait, 0), FUNCTION(hasChildren, 0), FUNCTION(kill, 2), FUNCTION(getpid, 0), FUNCTION(subreaper, 0), FUNCTION(protect, 0),
    FUNCTION(confine, 0),
    FUNCTION(exit, 1),  FUNCTION(pipe, 0), FUNCTION(pump, 4), FUNCTION(machine, 0),
};
const struct table process_functions = {functions, COUNT(functions)};
