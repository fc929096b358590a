// SPDX-License-Identifier: GPL-2.0-only
/*
 * Formats as the kernel's printf reads them, and the log.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/kernel.h>

#include "host.h"

/* Text that is being written. */
struct out {
	char *text;
	size_t size;
	size_t length;	/* so far, of which @size - 1 fit */
};

static char *log_text;
static size_t log_length, log_size;

/* The C library's printf takes one conversion, or none. */
#undef snprintf
#define EMIT(out, ...) \
	((out)->length += snprintf(rest(out), room(out), __VA_ARGS__))

static size_t room(const struct out *out)
{
	return out->size > out->length ? out->size - out->length : 0;
}

static char *rest(const struct out *out)
{
	return room(out) ? out->text + out->length : NULL;
}

/* All but the root have a slash before them; the root's name is empty. */
static void emit_path(struct out *out, const struct device_node *np)
{
	if (np->parent) {
		emit_path(out, np->parent);
		EMIT(out, "/");
	}
	EMIT(out, "%s", kbasename(np->full_name));
}

static s64 number_of(const char *length, char letter, va_list *args)
{
	bool is_signed = letter == 'd' || letter == 'i';

	if (!strcmp(length, "ll"))
		return va_arg(*args, s64);
	if (!strcmp(length, "l") || !strcmp(length, "z"))
		return is_signed ? (s64)va_arg(*args, long) :
				   (s64)va_arg(*args, unsigned long);
	return is_signed ? (s64)va_arg(*args, int) :
			   (s64)va_arg(*args, unsigned int);
}

/* Flags, width and precision, with the numbers that stand in arguments. */
static const char *read_spec(const char *format, char spec[32], va_list *args)
{
	size_t length = 0;

	spec[length++] = '%';
	for (; *format && strchr("-+ #0123456789.*", *format); format++) {
		if (length > 16)
			host_die("printf", "a conversion of more than 16");
		if (*format == '*')
			length += sprintf(spec + length, "%d",
					  va_arg(*args, int));
		else
			spec[length++] = *format;
	}
	spec[length] = 0;
	return format;
}

/* One conversion, from behind its percent sign; returns what follows it. */
static const char *emit(struct out *out, const char *format, va_list *args)
{
	const struct device_node *np;
	char spec[32], length[3] = "";
	s64 number;

	format = read_spec(format, spec, args);
	memcpy(length, format, min_t(size_t, strspn(format, "lz"), 2));
	format += strlen(length);
	if (*format && strchr("diuxX", *format)) {
		number = number_of(length, *format, args);
		/* Of a zero, too. */
		if (!number && !strcmp(spec, "%#") && *format == 'x')
			strcpy(spec, "0x%");
		sprintf(spec + strlen(spec), "ll%c", *format);
		EMIT(out, spec, number);
	} else if (*format == 'c') {
		strcat(spec, "c");
		EMIT(out, spec, va_arg(*args, int));
	} else if (*format == 's') {
		strcat(spec, "s");
		EMIT(out, spec, va_arg(*args, const char *));
	} else if (!strcmp(spec, "%") && !strncmp(format, "pOF", 3) &&
		   !isalnum(format[3])) {
		np = va_arg(*args, struct device_node *);
		if (!np || np->fwnode.ops != &of_fwnode_ops)
			host_die("printf", "%%pOF of what is no node");
		emit_path(out, np);
		format += 2;
	} else if (!strcmp(spec, "%") && !strncmp(format, "pe", 2)) {
		EMIT(out, "-%s", strerrorname_np(-PTR_ERR(va_arg(*args, void *))));
		format++;
	} else {
		host_die("printf", "unknown conversion %s%s", spec, format);
	}
	return format + 1;
}

int vsnprintf(char *text, size_t size, const char *format, va_list args)
{
	struct out out = { text, size, 0 };
	va_list copy;

	va_copy(copy, args);
	if (size)
		*text = 0;
	while (*format) {
		size_t plain = strcspn(format, "%");

		EMIT(&out, "%.*s", (int)plain, format);
		format += plain;
		if (format[0] == '%' && format[1] == '%') {
			EMIT(&out, "%%");
			format += 2;
		} else if (*format) {
			format = emit(&out, format + 1, &copy);
		}
	}
	va_end(copy);
	return out.length;
}

int host_snprintf(char *text, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, size, format, args);
	va_end(args);
	return length;
}

void host_printk(const char *format, ...)
{
	size_t length;
	va_list args;

	va_start(args, format);
	length = log_length + vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length >= log_size) {
		log_size = 2 * length + 1;
		log_text = realloc(log_text, log_size);
	}
	va_start(args, format);
	vsnprintf(log_text + log_length, log_size - log_length, format, args);
	va_end(args);
	log_length = length;
}

const char *host_log(void)
{
	return log_length ? log_text : "";
}

void host_log_clear(void)
{
	log_length = 0;
}
