// Compiles bundled JavaScript modules to one C file of bytecode, on the machine that builds:
// bytecode OUT.c DIR FIRST.js [OTHER.js…]. Names in the product are file names; debug information is left out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quickjs.h"

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  *length = ftell(file);
  rewind(file);
  char *text = calloc(1, *length + 1);
  if (text && fread(text, 1, *length, file) != *length) *length = 0;
  fclose(file);
  return text;
}

static int no_exports(JSContext *ctx, JSModuleDef *module) { return 0; }

// What a module imports exists only in the product: any name will do here.
static JSModuleDef *load_nothing(JSContext *ctx, const char *name, void *opaque) {
  return JS_NewCModule(ctx, name, no_exports);
}

static uint8_t *compile(const char *path, const char *name, size_t *length) {
  size_t size;
  char *source = read_file(path, &size);
  if (!source) return perror(path), NULL;
  JSRuntime *rt = JS_NewRuntime();
  JSContext *ctx = JS_NewContext(rt);
  JS_SetStripInfo(rt, JS_STRIP_SOURCE | JS_STRIP_DEBUG);
  JS_SetModuleLoaderFunc(rt, NULL, load_nothing, NULL);
  JSValue module = JS_Eval(ctx, source, size, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(module)) {
    fprintf(stderr, "%s: %s\n", path, JS_ToCString(ctx, JS_GetException(ctx)));
    return NULL;
  }
  return JS_WriteObject(ctx, length, module, JS_WRITE_OBJ_BYTECODE);
}

int main(int argc, char **argv) {
  FILE *out = argc > 3 ? fopen(argv[1], "w") : NULL;
  if (!out) return perror("bytecode OUT.c DIR FIRST.js [OTHER.js…]"), 2;
  fputs("#include \"native.h\"\n", out);
  size_t lengths[64];
  for (int i = 3; i < argc && i < 64; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", argv[2], argv[i]);
    uint8_t *bytes = compile(path, argv[i], &lengths[i]);
    if (!bytes) return 1;
    fprintf(out, "static const uint8_t blob%d[] = {", i);
    for (size_t at = 0; at < lengths[i]; at++) fprintf(out, "%u,", bytes[at]);
    fputs("};\n", out);
  }
  fputs("const struct blob blobs[] = {\n", out);
  for (int i = 3; i < argc; i++) fprintf(out, "    {\"%s\", blob%d, %zu},\n", argv[i], i, lengths[i]);
  fprintf(out, "};\nconst int blob_count = %d;\n", argc - 3);
  return fclose(out) == 0 ? 0 : 1;
}
