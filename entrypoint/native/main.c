// The program: a JavaScript engine with only the parts that are used, the module "baton:native", and the bundled
// bytecode, which is the entrypoint itself. The first module runs the event loop and ends the process.
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "native.h"

static JSRuntime *new_runtime(void);
static JSContext *new_context(JSRuntime *rt);
static void add_native_module(JSContext *ctx, int argc, char **argv);
static JSModuleDef *load_blob(JSContext *ctx, const char *name, void *opaque);
static JSValue run_module(JSContext *ctx, JSModuleDef *module);
static void report_exception(JSContext *ctx);

// Far above what an ordinary step ever holds: looking for cycles would cost more than they do.
enum { GC_THRESHOLD = 8 << 20 };
// What work that others have written may take.
enum { BOUNDED_MEMORY = 256 << 20 };

static int program_argc;
static char **program_argv;

int main(int argc, char **argv) {
  JSRuntime *rt = new_runtime();
  JSContext *ctx = rt ? new_context(rt) : NULL;
  if (!ctx) {
    fputs("entrypoint: out of memory\n", stderr);
    return 125;
  }
  JS_SetGCThreshold(rt, GC_THRESHOLD);
  JS_SetModuleLoaderFunc(rt, NULL, load_blob, NULL);
  add_native_module(ctx, argc, argv);
  JSValue result = run_module(ctx, load_blob(ctx, "main.js", NULL));
  if (JS_IsException(result)) report_exception(ctx);
  JS_FreeValue(ctx, result);
  JS_FreeContext(ctx);
  JS_FreeRuntime(rt);
  return 125;
}

// --- Internal helpers ---

// Under the sanitizer every block is the C library's, which it watches.
static JSRuntime *new_runtime(void) {
#ifdef __SANITIZE_ADDRESS__
  return JS_NewRuntime();
#else
  return JS_NewRuntime2(&memory_functions, NULL);
#endif
}

// No eval, so that no compiler is linked; no Proxy, WeakRef or String.normalize, which nothing here uses.
static JSContext *new_context(JSRuntime *rt) {
  JSContext *ctx = JS_NewContextRaw(rt);
  if (!ctx) return NULL;
  JS_AddIntrinsicBaseObjects(ctx);
  JS_AddIntrinsicDate(ctx);
  JS_AddIntrinsicRegExp(ctx);
  JS_AddIntrinsicJSON(ctx);
  JS_AddIntrinsicMapSet(ctx);
  JS_AddIntrinsicTypedArrays(ctx);
  JS_AddIntrinsicPromise(ctx);
  return ctx;
}

static JSValue words_of(JSContext *ctx, char **words) {
  JSValue list = JS_NewArray(ctx);
  for (uint32_t i = 0; words[i]; i++) {
    JSValue word = text_from_bytes(ctx, (const uint8_t *)words[i], strlen(words[i]), 1);
    JS_SetPropertyUint32(ctx, list, i, word);
  }
  return list;
}

// load(name) → what a bundled module exports, run now. import() cannot do this: it is asynchronous, and finds its module
// by debug information, which the bytecode does not carry.
DEFINE(load) {
  const char *name = text(ctx, argv[0]);
  JSModuleDef *module = name ? load_blob(ctx, name, NULL) : NULL;
  JS_FreeCString(ctx, name);
  JSValue result = run_module(ctx, module);
  if (JS_IsException(result)) return result;
  JS_FreeValue(ctx, result);
  return JS_GetModuleNamespace(ctx, module);
}

// The processor's time, so that a busy machine takes nothing away.
static double spent(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int is_over(JSRuntime *rt, void *limit) { return spent() > *(double *)limit; }

// bounded(milliseconds, work) → what `work` gives, or -ETIME where it has taken more of the processor's time; it then ends
// wherever it is. Memory has a limit, too: the engine's own error says so.
DEFINE(bounded) {
  JSRuntime *rt = JS_GetRuntime(ctx);
  double limit = spent() + int_get(ctx, argv[0]);
  JS_SetMemoryLimit(rt, BOUNDED_MEMORY);
  JS_SetInterruptHandler(rt, is_over, &limit);
  JSValue result = JS_Call(ctx, argv[1], JS_UNDEFINED, 0, NULL);
  JS_SetInterruptHandler(rt, NULL, NULL);
  JS_SetMemoryLimit(rt, (size_t)-1);
  if (!JS_IsException(result) || spent() <= limit) return result;
  JS_FreeValue(ctx, JS_GetException(ctx));
  return JS_NewInt32(ctx, -ETIME);
}

static const JSCFunctionListEntry functions[] = {FUNCTION(load, 1), FUNCTION(bounded, 2)};
static const struct table main_functions = {functions, COUNT(functions)};
static const struct table *const tables[] = {&main_functions, &file_functions, &process_functions,
                                           &wait_functions, &ahead_functions, &text_functions, &sha256_functions, &store_functions};

static int init_native_module(JSContext *ctx, JSModuleDef *module) {
  for (int i = 0; i < COUNT(tables); i++) {
    JS_SetModuleExportList(ctx, module, tables[i]->entries, tables[i]->count);
  }
  JS_SetModuleExport(ctx, module, "args", words_of(ctx, program_argv + (program_argc > 0)));
  JS_SetModuleExport(ctx, module, "environment", words_of(ctx, environ));
  return 0;
}

static void add_native_module(JSContext *ctx, int argc, char **argv) {
  program_argc = argc;
  program_argv = argv;
  JSModuleDef *module = JS_NewCModule(ctx, "baton:native", init_native_module);
  for (int i = 0; i < COUNT(tables); i++) {
    JS_AddModuleExportList(ctx, module, tables[i]->entries, tables[i]->count);
  }
  JS_AddModuleExport(ctx, module, "args");
  JS_AddModuleExport(ctx, module, "environment");
}

// Modules beyond the first are read when something imports them: a waiting step pays only for what waiting needs.
static JSModuleDef *load_blob(JSContext *ctx, const char *name, void *opaque) {
  for (int i = 0; i < blob_count; i++) {
    if (strcmp(blobs[i].name, name) != 0) continue;
    JSValue module = JS_ReadObject(ctx, blobs[i].bytes, blobs[i].length, JS_READ_OBJ_BYTECODE);
    return JS_IsException(module) ? NULL : JS_VALUE_GET_PTR(module);
  }
  JS_ThrowReferenceError(ctx, "no module %s", name);
  return NULL;
}

static JSValue run_module(JSContext *ctx, JSModuleDef *module) {
  if (!module) return JS_EXCEPTION;
  JSValue value = JS_MKPTR(JS_TAG_MODULE, module);
  if (JS_ResolveModule(ctx, value) < 0) return JS_EXCEPTION;
  JSValue promise = JS_EvalFunction(ctx, value);
  if (!JS_IsException(promise) && JS_PromiseState(ctx, promise) == JS_PROMISE_REJECTED) {
    JS_Throw(ctx, JS_PromiseResult(ctx, promise));
    JS_FreeValue(ctx, promise);
    return JS_EXCEPTION;
  }
  return promise;
}

static void report_exception(JSContext *ctx) {
  JSValue exception = JS_GetException(ctx);
  const char *message = JS_ToCString(ctx, exception);
  fprintf(stderr, "entrypoint: %s\n", message ? message : "unknown failure");
  JS_FreeCString(ctx, message);
  JS_FreeValue(ctx, exception);
}
