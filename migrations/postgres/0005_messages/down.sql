DROP TABLE message_parts;
DROP TABLE messages;
DROP TABLE message_numbers;
