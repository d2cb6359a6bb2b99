#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of err->text that the caller's struct really has. */
static size_t text_room(const recsys_error *err)
{
    size_t head = offsetof(recsys_error, text);
    size_t full = sizeof(recsys_error);
    size_t size = err->struct_size < full ? err->struct_size : full;
    return size > head ? size - head : 0;
}

static void set_status(recsys_error *err, recsys_status status, int retriable)
{
    if (err->struct_size >= offsetof(recsys_error, status) + sizeof(err->status))
        err->status = status;
    if (err->struct_size >= offsetof(recsys_error, retriable) + sizeof(err->retriable))
        err->retriable = retriable;
}

int rs_note(recsys_error *err, recsys_status status, const char *format, ...)
{
    if (err == NULL) return 0;
    set_status(err, status, 0);
    size_t room = text_room(err);
    if (room > 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(err->text, room, format, arguments);
        va_end(arguments);
    }
    return 1;
}

int rs_note_errno(recsys_error *err, int error_number, const char *what, const char *path)
{
    char reason[128];
#if defined(__GLIBC__) && defined(_GNU_SOURCE)
    const char *text = strerror_r(error_number, reason, sizeof reason);
#else
    const char *text = strerror_r(error_number, reason, sizeof reason) == 0 ? reason : "error";
#endif
    int noted = rs_note(err, RECSYS_E_IO, "%s: cannot %s: %s", path, what, text);
    if (noted && (error_number == EINTR || error_number == EAGAIN))
        set_status(err, RECSYS_E_IO, 1);
    return noted;
}

int rs_note_again(recsys_error *err, recsys_status status, const recsys_error *from)
{
    int noted = rs_note(err, status, "%s", from->text);
    if (noted) set_status(err, status, from->retriable);
    return noted;
}
