// Text and bytes: UTF-8 in both directions, and how lists cross the border.
#include <string.h>

#include "native.h"

// --- Shared with the other files ---

int32_t int_get(JSContext *ctx, JSValueConst value) {
  int32_t number = -1;
  JS_ToInt32(ctx, &number, value);
  return number;
}

int32_t int_at(JSContext *ctx, JSValueConst array, int index) {
  JSValue item = JS_GetPropertyUint32(ctx, array, index);
  int32_t number = int_get(ctx, item);
  JS_FreeValue(ctx, item);
  return number;
}

JSValue int_list(JSContext *ctx, const int32_t *numbers, int count) {
  JSValue list = JS_NewArray(ctx);
  for (int i = 0; i < count; i++) JS_SetPropertyUint32(ctx, list, i, JS_NewInt32(ctx, numbers[i]));
  return list;
}

static void release(JSRuntime *rt, void *opaque, void *bytes) { js_free_rt(rt, bytes); }

JSValue bytes_new(JSContext *ctx, uint8_t *bytes, size_t length) {
  JSValue buffer = JS_NewArrayBuffer(ctx, bytes, length, release, NULL, 0);
  if (JS_IsException(buffer)) return buffer;
  JSValueConst whole[] = {buffer, JS_UNDEFINED, JS_UNDEFINED};
  JSValue array = JS_NewTypedArray(ctx, COUNT(whole), whole, JS_TYPED_ARRAY_UINT8);
  JS_FreeValue(ctx, buffer);
  return array;
}

uint8_t *bytes_get(JSContext *ctx, JSValueConst value, size_t *length) {
  size_t offset, size, whole;
  JSValue buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, length, &size);
  if (JS_IsException(buffer)) return NULL;
  uint8_t *bytes = JS_GetArrayBuffer(ctx, &whole, buffer);
  JS_FreeValue(ctx, buffer);
  return bytes ? bytes + offset : (uint8_t *)"";
}

const char *text_bytes(JSContext *ctx, JSValueConst value, size_t *length) {
  size_t size;
  char *bytes = (char *)JS_ToCStringLen(ctx, &size, value);
  if (!bytes) return NULL;
  // Only text with surrogates is changed, and such text is always a copy of the engine's own.
  char *surrogate = memchr(bytes, 0xED, size);
  if (surrogate) {
    char *to = surrogate, *end = bytes + size;
    for (const char *from = surrogate; from < end;) {
      uint8_t second = from + 2 < end ? (uint8_t)from[1] : 0;
      if ((uint8_t)*from != 0xED || second < 0xA0) {
        *to++ = *from++;
      } else if (second == 0xB2 || second == 0xB3) {
        *to++ = (char)((second & 3) << 6 | (from[2] & 0x3F));
        from += 3;
      } else {
        memmove(to, "\xEF\xBF\xBD", 3);
        to += 3;
        from += 3;
      }
    }
    *to = 0;
    size = to - bytes;
  }
  if (length) *length = size;
  return bytes;
}

// How many bytes at `at` make one well-formed UTF-8 sequence: 0 where they make none, and then *bad is how many bytes
// one U+FFFD stands for (the "maximal subpart" rule of Unicode, which TextDecoder follows).
static int utf8_length(const uint8_t *at, const uint8_t *end, int *bad) {
  uint8_t first = at[0], low = 0x80, high = 0xBF;
  int length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  *bad = 1;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  for (int i = 1; i < length; i++, low = 0x80, high = 0xBF) {
    if (at + i >= end || at[i] < low || at[i] > high) return 0;
    *bad = i + 1;
  }
  return length;
}

// Bytes that are no UTF-8 become U+FFFD, or one of U+DC80..U+DCFF each when they are to be kept.
JSValue text_from_bytes(JSContext *ctx, const uint8_t *bytes, size_t length, int keep_bytes) {
  const uint8_t *end = bytes + length, *at = bytes;
  int bad, step;
  while (at < end && (step = utf8_length(at, end, &bad)) > 0) at += step;
  if (at == end) return JS_NewStringLen(ctx, (const char *)bytes, length);
  uint8_t *valid = js_malloc(ctx, length * 3), *to = valid;
  if (!valid) return JS_EXCEPTION;
  for (at = bytes; at < end; at += step) {
    step = utf8_length(at, end, &bad);
    if (step > 0) {
      to = (uint8_t *)memcpy(to, at, step) + step;
    } else if (keep_bytes) {
      step = 1;
      *to++ = 0xED;
      *to++ = 0xB0 | *at >> 6;
      *to++ = 0x80 | (*at & 0x3F);
    } else {
      step = bad;
      to = (uint8_t *)memcpy(to, "\xEF\xBF\xBD", 3) + 3;
    }
  }
  JSValue text = JS_NewStringLen(ctx, (const char *)valid, to - valid);
  js_free(ctx, valid);
  return text;
}

int words_get(JSContext *ctx, JSValueConst array, struct words *words) {
  JSValue length = JS_GetPropertyStr(ctx, array, "length");
  int count = int_get(ctx, length);
  JS_FreeValue(ctx, length);
  words->list = js_mallocz(ctx, (count + 1) * sizeof(char *));
  if (!words->list) return -1;
  for (int i = 0; i < count; i++) {
    JSValue item = JS_GetPropertyUint32(ctx, array, i);
    const char *word = text(ctx, item);
    words->list[i] = word ? js_strdup(ctx, word) : NULL;
    JS_FreeCString(ctx, word);
    JS_FreeValue(ctx, item);
    if (!words->list[i]) {
      words_free(ctx, words);
      return -1;
    }
  }
  return 0;
}

void words_free(JSContext *ctx, struct words *words) {
  for (char **word = words->list; *word; word++) js_free(ctx, *word);
  js_free(ctx, words->list);
  words->list = NULL;
}

// --- For JavaScript ---

// decode(bytes) → text
DEFINE(decode) {
  size_t length;
  uint8_t *bytes = bytes_get(ctx, argv[0], &length);
  return bytes ? text_from_bytes(ctx, bytes, length, 0) : JS_EXCEPTION;
}

// encode(text) → bytes
DEFINE(encode) {
  size_t length;
  const char *bytes = text_bytes(ctx, argv[0], &length);
  if (!bytes) return JS_EXCEPTION;
  uint8_t *copy = js_malloc(ctx, length + 1);
  if (copy) memcpy(copy, bytes, length);
  JS_FreeCString(ctx, bytes);
  return copy ? bytes_new(ctx, copy, length) : JS_EXCEPTION;
}

// strerror(errno) → words
DEFINE(strerror) { return JS_NewString(ctx, strerror(int_get(ctx, argv[0]))); }

static const JSCFunctionListEntry functions[] = {
    FUNCTION(decode, 1), FUNCTION(encode, 1), FUNCTION(strerror, 1),
};
const struct table text_functions = {functions, COUNT(functions)};
