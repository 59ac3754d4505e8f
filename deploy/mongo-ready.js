// The health check of MongoDB in compose.yaml: makes the replica set and the user newsarchive where they are not there yet,
// and ends with 0 once the server takes writes. Run by mongosh.
const server = db.getSiblingDB("admin");
server.auth(process.env.MONGO_INITDB_ROOT_USERNAME, process.env.MONGO_INITDB_ROOT_PASSWORD);
try {
  rs.status();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  rs.initiate({_id: "rs0", members: [{_id: 0, host: "mongo:27017"}]});
}
if (!db.hello().isWritablePrimary) quit(1);
const own = db.getSiblingDB("newsarchive");
if (!own.getUser("newsarchive")) {
  own.createUser({
    user: "newsarchive",
    pwd: process.env.MONGO_NEWSARCHIVE_PASSWORD,
    roles: ["readWrite", "dbAdmin"],
  });
}
