/* Filling in a caller's recsys_error. */
#ifndef RS_BASE_ERROR_H
#define RS_BASE_ERROR_H

#include <errno.h>
#include <recsys/base.h>

/* Record a failure in err (may be NULL), no more than err->struct_size bytes of it. */
int rs_note(recsys_error *err, recsys_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int rs_note_errno(recsys_error *err, int error_number, const char *what, const char *path);
/* Record what another error says, `retriable` too. */
int rs_note_again(recsys_error *err, recsys_status status, const recsys_error *from);

static inline recsys_status rs_noted(int noted, recsys_status status)
{
    (void)noted;
    return status;
}

/* Record a failure and return its status, so that `return rs_fail(err, ...)` reads well. The
 * status is in sight of the compiler, which then knows that the call fails. */
#define rs_fail(err, status, ...) rs_noted(rs_note(err, status, __VA_ARGS__), status)

/* "CALL: out of memory" */
static inline recsys_status rs_fail_memory(recsys_error *err, const char *call)
{
    return rs_fail(err, RECSYS_E_NO_MEMORY, "%s: out of memory", call);
}

/* The same for a failed system call: adds strerror of `error_number`. */
static inline recsys_status rs_fail_errno(recsys_error *err, int error_number, const char *what,
                                          const char *path)
{
    if (error_number == ENOMEM) return rs_fail_memory(err, what);
    return rs_noted(rs_note_errno(err, error_number, what, path), RECSYS_E_IO);
}

/* Leave the function through `out:` when a call failed. */
#define RS_TRY(call)                                                                           \
    do {                                                                                       \
        status = (call);                                                                       \
        if (status != RECSYS_OK) goto out;                                                     \
    } while (0)

#endif
