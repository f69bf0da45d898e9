DROP TABLE wallets;
DROP TABLE receivables;
DROP TABLE payments;
DROP TABLE holds;
DROP TABLE transfers;
DROP TABLE operations;
