-- What a command's caller was told beside yes, as JSON: a repeated request hears it again, word for word.
alter table commands add column outcome text;
