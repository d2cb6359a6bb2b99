/* Ctrl-C: the program ends at once, by the signal itself, so that a shell's loop ends too (a
 * shell reports 130) - but not while a file is being written under its temporary name. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

/* Say "NAME: interrupted" before the end; `name` must live on. A signal that the program was
 * started to ignore stays ignored. */
void cli_interrupt_begin(const char *name);

/* Between these, signals that end a program wait: what is being written is completed, or
 * removed after a failure. They do not nest. */
void cli_interrupt_hold(void);
void cli_interrupt_release(void);

#endif
