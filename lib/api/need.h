/* The one way in which public calls refuse arguments that are missing: they return
 * RECSYS_E_INVALID with "CALL: ARGUMENT is NULL". To be used in the public function itself. */
#ifndef RS_API_NEED_H
#define RS_API_NEED_H

#include "base/error.h"

#define RS_NEED(err, argument)                                                                 \
    do {                                                                                       \
        if ((argument) == NULL)                                                                \
            return rs_fail(err, RECSYS_E_INVALID, "%s: %s is NULL", __func__, #argument);      \
    } while (0)

/* A public struct, unless it is NULL, must tell at least `least` bytes of its own size. */
#define RS_NEED_SIZE(err, argument, least)                                                     \
    do {                                                                                       \
        if ((argument) != NULL && (argument)->struct_size < (least))                           \
            return rs_fail(err, RECSYS_E_INVALID, "%s: %s->struct_size is not set", __func__,  \
                           #argument);                                                         \
    } while (0)

#endif
