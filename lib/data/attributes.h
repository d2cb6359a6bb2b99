/* Attributes of users from a text file with a header: a column "user", others of any name. */
#ifndef RS_DATA_ATTRIBUTES_H
#define RS_DATA_ATTRIBUTES_H

#include "data/idtable.h"

enum { RS_MOST_VALUES = 64, RS_NO_VALUE = 255 };

/* One column: for each user the number of its value. With more different values than there is
 * room for, the last number stands for all further ones, "other". */
typedef struct rs_attribute {
    char *name;
    rs_id_table values;
    uint8_t *of; /* [users] RS_NO_VALUE: not in the file, or empty */
} rs_attribute;

typedef struct rs_attributes {
    recsys_runtime *runtime;
    rs_attribute *column; /* [columns] as they stand in the file */
    size_t columns, users;
} rs_attributes;

/* `users`: who is asked about, by number; rows of others are passed over. The file may be
 * gzipped; "-": standard input. Errors: PARSE with file and line, also for a user who comes
 * twice; IO, DAMAGED, NO_MEMORY. Free it in any case. */
recsys_status rs_attributes_read(rs_attributes *attributes, rs_id_table *users,
                                 const char *path, recsys_error *err);
void rs_attributes_free(rs_attributes *attributes);

#endif
