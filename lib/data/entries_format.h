/* The format of a run or of judgements, from its first line. */
#ifndef RS_DATA_ENTRIES_FORMAT_H
#define RS_DATA_ENTRIES_FORMAT_H

#include "data/entries.h"
#include "data/read.h"

enum { RS_ENTRY_USER, RS_ENTRY_MOVIE, RS_ENTRY_VALUE, RS_ENTRY_RANK, RS_ENTRY_ROLES };

/* The role of a column or key by its name, -1: none. */
int rs_entry_role(const char *name, size_t size);

/* See rs_entries_read for what there is. role[] and given[] are of the roles above; delimiter
 * " " stands for any blanks. */
recsys_status rs_entry_format_find(rs_format *format, const rs_bytes *bytes, const char *name,
                                   recsys_error *err);

#endif
